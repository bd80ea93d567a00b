#if defined(OTHER) || \
	defined(ANOTHER)
int fine;
#endif
