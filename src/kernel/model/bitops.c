/*
 * Bits of words: each operation is one step. Leaves out: memory order, and bits beyond the first 32 of a word, which stand in the words behind it here.
 */

#define BITS_PER_LONG 64
#define BIT(nr) (1ul << (nr))
#define BIT_ULL(nr) (1ull << (nr))

/* Words here hold numbers up to 53 bits exactly: 32 bits of a bitmap stand in each. */
#define BITS_PER_WORD 32

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
