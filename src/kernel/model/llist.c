/*
 * Lock-less singly linked lists: adding is one step, and so is taking all away.
 * Leaves out, everywhere: that of several CPUs only one may take entries one by one.
 */

struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

void init_llist_head(struct llist_head *list)
{
	list->first = NULL;
}

bool llist_empty(const struct llist_head *head)
{
	return READ_ONCE(head->first) == NULL;
}

struct llist_node *llist_next(struct llist_node *node)
{
	return node->next;
}

/* A chain of entries, the last one before what was the first. True where the list was empty. */
bool llist_add_batch(struct llist_node *first, struct llist_node *last, struct llist_head *head)
{
	struct llist_node *was;

	__atomic() {
		was = head->first;
		last->next = was;
		head->first = first;
	}
	return was == NULL;
}

bool llist_add(struct llist_node *node, struct llist_head *head)
{
	return llist_add_batch(node, node, head);
}

struct llist_node *llist_del_all(struct llist_head *head)
{
	return xchg(&head->first, NULL);
}

/* The newest entry; NULL when there is none. */
struct llist_node *llist_del_first(struct llist_head *head)
{
	struct llist_node *first;

	__atomic() {
		first = head->first;
		if (first)
			head->first = first->next;
	}
	return first;
}

/* A chain that was taken away, the oldest entry first. */
struct llist_node *llist_reverse_order(struct llist_node *head)
{
	struct llist_node *reversed = NULL;
	struct llist_node *next;

	while (head) {
		next = head->next;
		head->next = reversed;
		reversed = head;
		head = next;
	}
	return reversed;
}
