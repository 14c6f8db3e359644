/* What the caller of a system call may do. Leaves out: who it is; every answer is possible. */

#define CAP_SYS_ADMIN 21
#define CAP_SYS_RAWIO 17

/* Either: both answers are explored. */
bool capable(int capability)
{
	return __choose(2);
}
