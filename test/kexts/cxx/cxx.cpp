/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * C++98: static objects are constructed before start and destroyed after
 * stop; virtual calls; operators new and delete.
 */
extern "C" {
#include <mach/mach_types.h>
#include <sys/systm.h>
extern kern_return_t cxx_start(kmod_info_t *ki, void *data);
extern kern_return_t cxx_stop(kmod_info_t *ki, void *data);
}

static int alive;

class Shape {
public:
	Shape() { alive++; }
	virtual ~Shape() { alive--; }
	virtual int sides() const = 0;
};

class Square : public Shape {
public:
	Square(int n) : side(n) { }
	int sides() const { return (4 + side - side); }
private:
	int side;
};

template <typename T> static T
twice(T v)
{
	return (v + v);
}

static Square first(3);
static Square second(twice(2));
static Shape *heap;

kern_return_t
cxx_start(kmod_info_t *, void *)
{
	if (alive != 2 || first.sides() + second.sides() != 8)
		return (KERN_FAILURE);
	heap = new Square(1);
	return (heap != 0 && heap->sides() == 4 ? KERN_SUCCESS :
	    KERN_FAILURE);
}

kern_return_t
cxx_stop(kmod_info_t *, void *)
{
	delete heap;
	heap = 0;
	return (alive == 2 ? KERN_SUCCESS : KERN_FAILURE);
}
