#if defined(OTHER) && \
	defined(__KERNEL__)
int n;
#endif
