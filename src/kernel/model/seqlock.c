/*
 * Sequence counters and seqlock_t: readers look again where a writer was at it meanwhile.
 * Leaves out, everywhere: memory order, latches, and that a reader spins while a writer is at work (it waits here).
 */

typedef struct { unsigned int sequence; } seqcount_t;
typedef struct { seqcount_t seqcount; spinlock_t lock; } seqlock_t;

/* The count goes round; half of it are writers. */
#define SEQUENCES 1024

void seqcount_init(seqcount_t *s)
{
	s->sequence = 0;
}

/* Waits while a writer is at work. A writer that reads waits for itself. */
unsigned int read_seqcount_begin(const seqcount_t *s)
{
	unsigned int seen;

	__atomic() {
		__wait((s->sequence & 1) == 0);
		seen = s->sequence;
	}
	return seen;
}

/* Does not wait: the reader may be told to look again. */
unsigned int raw_read_seqcount(const seqcount_t *s)
{
	return READ_ONCE(s->sequence);
}

/* Nonzero where what was read may be torn. */
int read_seqcount_retry(const seqcount_t *s, unsigned int start)
{
	return READ_ONCE(s->sequence) != start;
}

/* Writers keep each other out by a lock of their own. */
void write_seqcount_begin(seqcount_t *s)
{
	__atomic() {
		if (s->sequence & 1)
			__report("lock", "write_seqcount_begin while another writer is at work: writers need a lock");
		s->sequence = (s->sequence + 1) % SEQUENCES;
	}
}

void write_seqcount_end(seqcount_t *s)
{
	__atomic() {
		s->sequence = (s->sequence + 1) % SEQUENCES;
	}
}

void seqlock_init(seqlock_t *sl)
{
	seqcount_init(&sl->seqcount);
	spin_lock_init(&sl->lock);
}

unsigned int read_seqbegin(const seqlock_t *sl)
{
	return read_seqcount_begin(&sl->seqcount);
}

unsigned int read_seqretry(const seqlock_t *sl, unsigned int start)
{
	return read_seqcount_retry(&sl->seqcount, start);
}

void write_seqlock(seqlock_t *sl)
{
	spin_lock(&sl->lock);
	write_seqcount_begin(&sl->seqcount);
}

void write_sequnlock(seqlock_t *sl)
{
	write_seqcount_end(&sl->seqcount);
	spin_unlock(&sl->lock);
}

void write_seqlock_irq(seqlock_t *sl)
{
	write_seqlock(sl);
}

void write_sequnlock_irq(seqlock_t *sl)
{
	write_sequnlock(sl);
}

void write_seqlock_bh(seqlock_t *sl)
{
	write_seqlock(sl);
}

void write_sequnlock_bh(seqlock_t *sl)
{
	write_sequnlock(sl);
}

void write_seqlock_irqsave(seqlock_t *sl, unsigned long flags)
{
	write_seqlock(sl);
}

void write_sequnlock_irqrestore(seqlock_t *sl, unsigned long flags)
{
	write_sequnlock(sl);
}
