/* Error pointers, and the switch that lets a scenario ask for failures. */

#define MAX_ERRNO 4095

/* Leaves out: nothing; an error pointer is a small negative word. */
void *ERR_PTR(long error)
{
	return (void *)error;
}

long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

bool IS_ERR(const void *ptr)
{
	return (long)ptr < 0 && (long)ptr >= -MAX_ERRNO;
}

bool IS_ERR_VALUE(long value)
{
	return value < 0 && value >= -MAX_ERRNO;
}

bool IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR(ptr);
}

void *ERR_CAST(const void *ptr)
{
	return (void *)ptr;
}

int PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? PTR_ERR(ptr) : 0;
}

/* Set by a scenario's setup(): may what can fail in the kernel fail here? */
int fault_injection;

/* True where a failure is to be tried. Leaves out: how likely it is. */
static bool should_fail(void)
{
	return fault_injection && __choose(2);
}
