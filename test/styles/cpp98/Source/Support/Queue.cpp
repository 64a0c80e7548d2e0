#include "Queue.h"

int Queue::instances = 0;

Queue::Queue() : head(0), tail(0), count(0)
{
	instances++;
}

Queue::~Queue()
{
	Link *l;

	while ((l = dequeue()) != 0)
		delete l;
	instances--;
}

void
Queue::enqueue(Link *l)
{
	l->next = 0;
	if (tail)
		tail->next = l;
	else
		head = l;
	tail = l;
	OSIncrementAtomic(&count);
}

Link *
Queue::dequeue()
{
	Link *l = head;

	if (l) {
		head = l->next;
		if (!head)
			tail = 0;
		OSDecrementAtomic(&count);
	}
	return l;
}
