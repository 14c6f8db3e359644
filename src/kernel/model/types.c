/* Names of types and numbers that kernel code takes for granted. */

typedef int bool;
typedef unsigned int gfp_t;
typedef unsigned int dev_t;
typedef unsigned long size_t;
typedef long ssize_t;
typedef long long loff_t;
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef int s32;
typedef long s64;
typedef unsigned int umode_t;
typedef unsigned int fmode_t;

#define NULL 0
#define true 1
#define false 0

#define EPERM 1
#define EINTR 4
#define ENOENT 2
#define ESRCH 3
#define EIO 5
#define E2BIG 7
#define EBADF 9
#define ENXIO 6
#define EAGAIN 11
#define ENOMEM 12
#define EACCES 13
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define ENODEV 19
#define EINVAL 22
#define EMFILE 24
#define ENOTTY 25
#define EFBIG 27
#define ENOSPC 28
#define EROFS 30
#define EPIPE 32
#define ERANGE 34
#define ENOSYS 38
#define EPROTO 71
#define EOVERFLOW 75
#define EMSGSIZE 90
#define EOPNOTSUPP 95
#define ENOTCONN 107
#define ESHUTDOWN 108
#define ETIMEDOUT 110
#define ECANCELED 125
#define ERESTARTSYS 512
#define EPROBE_DEFER 517

#define INT_MAX 2147483647
#define UINT_MAX 4294967295

#define GFP_ATOMIC 1
#define GFP_NOWAIT 2
#define GFP_KERNEL 3
#define GFP_KERNEL_ACCOUNT 4
#define GFP_USER 5

/* Device numbers: twelve bits of major, twenty of minor. Leaves out: nothing. */
#define MINORBITS 20
#define MINORMASK 1048575

dev_t MKDEV(unsigned int major, unsigned int minor)
{
	return (major << MINORBITS) | minor;
}

unsigned int MAJOR(dev_t dev)
{
	return dev >> MINORBITS;
}

unsigned int MINOR(dev_t dev)
{
	return dev & MINORMASK;
}
