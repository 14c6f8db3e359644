/*
 * Bits of words: each operation is one step. Leaves out: memory order. A word whose highest and lowest bit are more than 52 apart cannot be held here, and ends the run with its line.
 */

#define BITS_PER_LONG 64
#define BIT(nr) (1ul << (nr))
#define BIT_ULL(nr) (1ull << (nr))

#define BITS_PER_WORD 64

/* Bits whose numbers nobody shows (the simulator numbers such constants from 0x2001 on) stand in the first word; they may meet another one there. */
#define WORD_OF(nr) ((nr) < 0x2000 ? (nr) / BITS_PER_WORD : 0)

void set_bit(long nr, unsigned long *addr)
{
	__atomic() {
		addr[WORD_OF(nr)] |= 1ul << (nr % BITS_PER_WORD);
	}
}

void clear_bit(long nr, unsigned long *addr)
{
	__atomic() {
		addr[WORD_OF(nr)] &= ~(1ul << (nr % BITS_PER_WORD));
	}
}

void clear_bit_unlock(long nr, unsigned long *addr)
{
	clear_bit(nr, addr);
}

void change_bit(long nr, unsigned long *addr)
{
	__atomic() {
		addr[WORD_OF(nr)] ^= 1ul << (nr % BITS_PER_WORD);
	}
}

bool test_bit(long nr, const unsigned long *addr)
{
	return READ_ONCE(addr[WORD_OF(nr)]) >> (nr % BITS_PER_WORD) & 1;
}

bool test_bit_acquire(long nr, const unsigned long *addr)
{
	return test_bit(nr, addr);
}

/* The old value comes back. */
bool test_and_set_bit(long nr, unsigned long *addr)
{
	bool old;

	__atomic() {
		old = addr[WORD_OF(nr)] >> (nr % BITS_PER_WORD) & 1;
		addr[WORD_OF(nr)] |= 1ul << (nr % BITS_PER_WORD);
	}
	return old;
}

bool test_and_set_bit_lock(long nr, unsigned long *addr)
{
	return test_and_set_bit(nr, addr);
}

bool test_and_clear_bit(long nr, unsigned long *addr)
{
	bool old;

	__atomic() {
		old = addr[WORD_OF(nr)] >> (nr % BITS_PER_WORD) & 1;
		addr[WORD_OF(nr)] &= ~(1ul << (nr % BITS_PER_WORD));
	}
	return old;
}

/* Not atomic: a load and a store, between which another CPU may come. */
void __set_bit(long nr, unsigned long *addr)
{
	addr[WORD_OF(nr)] |= 1ul << (nr % BITS_PER_WORD);
}

void __clear_bit(long nr, unsigned long *addr)
{
	addr[WORD_OF(nr)] &= ~(1ul << (nr % BITS_PER_WORD));
}

bool __test_and_set_bit(long nr, unsigned long *addr)
{
	bool old = addr[WORD_OF(nr)] >> (nr % BITS_PER_WORD) & 1;

	__set_bit(nr, addr);
	return old;
}

bool __test_and_clear_bit(long nr, unsigned long *addr)
{
	bool old = addr[WORD_OF(nr)] >> (nr % BITS_PER_WORD) & 1;

	__clear_bit(nr, addr);
	return old;
}

/* Byte order: values are kept as they are, on whatever machine. */
#define cpu_to_le16(x) (x)
#define cpu_to_le32(x) (x)
#define cpu_to_le64(x) (x)
#define le16_to_cpu(x) (x)
#define le32_to_cpu(x) (x)
#define le64_to_cpu(x) (x)
#define cpu_to_be16(x) (x)
#define cpu_to_be32(x) (x)
#define cpu_to_be64(x) (x)
#define be16_to_cpu(x) (x)
#define be32_to_cpu(x) (x)
#define be64_to_cpu(x) (x)

bool test_and_change_bit(long nr, unsigned long *addr)
{
	bool old;

	__atomic() {
		old = addr[WORD_OF(nr)] >> (nr % BITS_PER_WORD) & 1;
		addr[WORD_OF(nr)] ^= 1ul << (nr % BITS_PER_WORD);
	}
	return old;
}

/* The first bit from `from` on that is set, `size` when there is none: looked at one after the other. */
unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long from)
{
	while (from < size && !test_bit(from, addr))
		from++;
	return from < size ? from : size;
}

unsigned long find_first_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_bit(addr, size, 0);
}

unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size, unsigned long from)
{
	while (from < size && test_bit(from, addr))
		from++;
	return from < size ? from : size;
}

unsigned long find_first_zero_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_zero_bit(addr, size, 0);
}

/* Waits until the bit is clear. Leaves out: that somebody has to call wake_up_bit(). */
int wait_on_bit(unsigned long *word, int bit, unsigned int mode)
{
	__might_sleep();
	__atomic() {
		__wait((word[WORD_OF(bit)] >> (bit % BITS_PER_WORD) & 1) == 0);
	}
	return 0;
}

void wake_up_bit(unsigned long *word, int bit) { }

void clear_and_wake_up_bit(int bit, unsigned long *word)
{
	clear_bit(bit, word);
}
