#ifndef CPP98_QUEUE_H
#define CPP98_QUEUE_H

#include <libkern/OSAtomic.h>

class Link {
public:
	Link() : next(0) {}
	virtual ~Link() {}
	virtual int value() const = 0;
	Link *next;
};

// A queue whose members have the names of old kernel macros.
class Queue {
public:
	Queue();
	~Queue();
	void enqueue(Link *l);
	Link *dequeue();
	SInt32 depth() const { return count; }
	static int instances;
private:
	Queue(const Queue &);
	Queue &operator=(const Queue &);
	Link *head, *tail;
	volatile SInt32 count;
};

#endif
