#ifdef __KERNEL__
int n;
