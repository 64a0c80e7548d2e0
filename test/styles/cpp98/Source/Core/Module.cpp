#include "Queue.h"			// from another folder, by its bare name

#ifndef FROM_PROJECT
#error settings of the project are inherited
#endif

extern "C" {
kern_return_t cpp98_start(kmod_info_t *ki, void *data);
kern_return_t cpp98_stop(kmod_info_t *ki, void *data);
}

namespace {

class Number : public Link {
public:
	explicit Number(int n) : number(n) { alive++; }
	virtual ~Number() { alive--; }
	virtual int value() const { return number; }
	static int alive;
private:
	int number;
};
int Number::alive = 0;

template <class T, int N> struct Table {
	Table() { for (int i = 0; i < N; i++) slot[i] = T(i * i); }
	T slot[N];
};

Queue queue;				// constructed before start
Table<long, CPP_DEPTH> squares;

}

kern_return_t
cpp98_start(kmod_info_t *ki, void *)
{
	CPP98_CHECK(Queue::instances == 1);
	CPP98_CHECK(squares.slot[CPP_DEPTH - 1] == 9);
	for (int i = 0; i < 8; i++)
		queue.enqueue(new Number(i));
	for (int i = 0; i < 5; i++) {
		Link *l = queue.dequeue();
		CPP98_CHECK(l != 0 && l->value() == i);
		delete l;
	}
	char *text = new char[64];
	snprintf(text, 64, "%s from %s", CPP_GREETING, ki->name);
	printf("cpp98: %s, %d left\n", text, (int)queue.depth());
	delete[] text;
	return Number::alive == 3 ? KERN_SUCCESS : KERN_FAILURE;
}

kern_return_t
cpp98_stop(kmod_info_t *, void *)
{
	return KERN_SUCCESS;		// the queue's destructor frees the rest
}
