#if defined(OTHER)
int n;
#elif defined(__KERNEL__)
int m;
#endif
