#ifdef __KERNEL__
int n;
#endif /* of
	the kernel */
