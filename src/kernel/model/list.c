/*
 * Doubly linked lists. Their loads and stores are plain ones: without a lock two CPUs can tear them apart.
 * The checks are those of CONFIG_DEBUG_LIST. Leaves out, everywhere: the RCU variants' memory order.
 */

struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

struct hlist_node {
	struct hlist_node *next;
	struct hlist_node **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

/* What list_del() leaves behind: words that no pointer has. */
#define LIST_POISON1 (-65536)
#define LIST_POISON2 (-65537)

void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

/* Puts `entry` between two neighbours. A neighbour that no longer points here is corruption: nothing is changed then. */
static void list_insert(struct list_head *entry, struct list_head *prev, struct list_head *next)
{
	if (next->prev != prev || prev->next != next) {
		__report("list", "list_add corruption: the neighbours do not point at each other");
		return;
	}
	if (entry == prev || entry == next) {
		__report("list", "list_add double add: the entry is on the list already");
		return;
	}
	next->prev = entry;
	entry->next = next;
	entry->prev = prev;
	prev->next = entry;
}

void list_add(struct list_head *entry, struct list_head *head)
{
	list_insert(entry, head, head->next);
}

void list_add_tail(struct list_head *entry, struct list_head *head)
{
	list_insert(entry, head->prev, head);
}

/* Takes `entry` out; true when that was possible. Poisoned links mean that it was taken out before. */
static bool list_unlink(struct list_head *entry)
{
	struct list_head *next = entry->next;
	struct list_head *prev = entry->prev;

	if (next == LIST_POISON1 || prev == LIST_POISON2) {
		__report("list", "list_del corruption: the entry was deleted before");
		return false;
	}
	if (prev->next != entry || next->prev != entry) {
		__report("list", "list_del corruption: the neighbours do not point at the entry");
		return false;
	}
	next->prev = prev;
	prev->next = next;
	return true;
}

void list_del(struct list_head *entry)
{
	if (list_unlink(entry)) {
		entry->next = LIST_POISON1;
		entry->prev = LIST_POISON2;
	}
}

void list_del_init(struct list_head *entry)
{
	if (list_unlink(entry))
		INIT_LIST_HEAD(entry);
}

void list_move(struct list_head *entry, struct list_head *head)
{
	if (list_unlink(entry))
		list_add(entry, head);
}

void list_move_tail(struct list_head *entry, struct list_head *head)
{
	if (list_unlink(entry))
		list_add_tail(entry, head);
}

int list_empty(const struct list_head *head)
{
	return head->next == head;
}

/* True when it has exactly one entry. */
int list_is_singular(const struct list_head *head)
{
	return head->next != head && head->next == head->prev;
}

/* Moves all of `list` to the front of `head`; `list` is empty afterwards. */
void list_splice_init(struct list_head *list, struct list_head *head)
{
	struct list_head *first = list->next;
	struct list_head *last = list->prev;
	struct list_head *at = head->next;

	if (first == list)
		return;
	first->prev = head;
	head->next = first;
	last->next = at;
	at->prev = last;
	INIT_LIST_HEAD(list);
}

/* Readers may still be at the entry: its forward link stays. */
void list_del_rcu(struct list_head *entry)
{
	if (list_unlink(entry))
		entry->prev = LIST_POISON2;
}

void list_add_rcu(struct list_head *entry, struct list_head *head)
{
	list_add(entry, head);
}

void list_add_tail_rcu(struct list_head *entry, struct list_head *head)
{
	list_add_tail(entry, head);
}

void INIT_HLIST_NODE(struct hlist_node *node)
{
	node->next = NULL;
	node->pprev = NULL;
}

void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
	struct hlist_node *first = head->first;

	node->next = first;
	if (first)
		first->pprev = &node->next;
	head->first = node;
	node->pprev = &head->first;
}

/* Takes it out of between its neighbours; its own links stay. False, and nothing else, where it was deleted before. */
static bool hlist_unlink(struct hlist_node *node)
{
	struct hlist_node *next = node->next;
	struct hlist_node **pprev = node->pprev;

	if (next == LIST_POISON1 || pprev == LIST_POISON2) {
		__report("list", "hlist_del corruption: the entry was deleted before");
		return false;
	}
	*pprev = next;
	if (next)
		next->pprev = pprev;
	return true;
}

void hlist_del(struct hlist_node *node)
{
	if (hlist_unlink(node)) {
		node->next = LIST_POISON1;
		node->pprev = LIST_POISON2;
	}
}

int hlist_empty(const struct hlist_head *head)
{
	return !head->first;
}

void list_splice(struct list_head *list, struct list_head *head)
{
	struct list_head *first = list->next;
	struct list_head *last = list->prev;
	struct list_head *at = head->next;

	if (first == list)
		return;
	first->prev = head;
	head->next = first;
	last->next = at;
	at->prev = last;
}

/* To the end of `head`. */
void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	list_splice_init(list, head->prev);
}

/* `entry` takes the place of `old`, whose links stay as they are. */
void list_replace(struct list_head *old, struct list_head *entry)
{
	entry->next = old->next;
	entry->next->prev = entry;
	entry->prev = old->prev;
	entry->prev->next = entry;
}

void list_replace_init(struct list_head *old, struct list_head *entry)
{
	list_replace(old, entry);
	INIT_LIST_HEAD(old);
}

/* Looks at both links, for who has no lock. */
int list_empty_careful(const struct list_head *head)
{
	struct list_head *next = READ_ONCE(head->next);

	return next == head && next == READ_ONCE(head->prev);
}

int list_is_last(const struct list_head *entry, const struct list_head *head)
{
	return entry->next == head;
}

int list_is_first(const struct list_head *entry, const struct list_head *head)
{
	return entry->prev == head;
}

void INIT_HLIST_HEAD(struct hlist_head *head)
{
	head->first = NULL;
}

/* On no list: never added, or taken off with hlist_del_init(). */
int hlist_unhashed(const struct hlist_node *node)
{
	return !node->pprev;
}

void hlist_del_init(struct hlist_node *node)
{
	if (!hlist_unhashed(node) && hlist_unlink(node))
		INIT_HLIST_NODE(node);
}

/* Readers may still be at the entry: its forward link stays. */
void hlist_del_rcu(struct hlist_node *node)
{
	if (hlist_unlink(node))
		node->pprev = LIST_POISON2;
}

void hlist_add_head_rcu(struct hlist_node *node, struct hlist_head *head)
{
	hlist_add_head(node, head);
}

void hlist_del_init_rcu(struct hlist_node *node)
{
	if (!hlist_unhashed(node) && hlist_unlink(node))
		node->pprev = NULL;
}

void hlist_add_before(struct hlist_node *node, struct hlist_node *next)
{
	struct hlist_node **pprev = next->pprev;

	node->pprev = pprev;
	node->next = next;
	next->pprev = &node->next;
	*pprev = node;
}

void hlist_add_behind(struct hlist_node *node, struct hlist_node *prev)
{
	struct hlist_node *next = prev->next;

	node->next = next;
	prev->next = node;
	node->pprev = &prev->next;
	if (next)
		next->pprev = &node->next;
}

void hlist_move_list(struct hlist_head *from, struct hlist_head *to)
{
	struct hlist_node *first = from->first;

	to->first = first;
	if (first)
		first->pprev = &to->first;
	from->first = NULL;
}

int list_is_head(const struct list_head *list, const struct list_head *head)
{
	return list == head;
}

/* The first entry becomes the last. */
void list_rotate_left(struct list_head *head)
{
	if (head->next != head)
		list_move_tail(head->next, head);
}

void list_splice_tail(struct list_head *list, struct list_head *head)
{
	list_splice(list, head->prev);
}

void list_swap(struct list_head *one, struct list_head *other)
{
	struct list_head *at = other->prev;

	list_del(other);
	list_replace(one, other);
	if (at == one)
		at = other;
	list_add(one, at);
}

void list_replace_rcu(struct list_head *old, struct list_head *entry)
{
	list_replace(old, entry);
	old->prev = LIST_POISON2;
}

void list_del_init_careful(struct list_head *entry)
{
	list_del_init(entry);
}
