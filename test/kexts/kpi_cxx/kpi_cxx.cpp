// SPDX-License-Identifier: BSD-2-Clause
//
// Behaviour of what C++ kexts need: static objects, new and delete, virtual
// calls; and the headers under C++.
#include <sys/systm.h>
#include <sys/kpi_mbuf.h>
#include <libkern/OSAtomic.h>
#include <libkern/OSTypes.h>

#include <kpitest.h>

static int constructed;

class Base {
public:
	virtual ~Base() {}
	virtual int value() = 0;
};

class Derived : public Base {
public:
	int data[32];
	virtual int value() { return (42); }
};

class Counter {
public:
	int n;
	Counter() : n(7) { constructed++; }
	~Counter() { n = 0; }
};

static Counter counter;

KPI_TEST(_Znwm)
{
	Derived *d = new Derived;
	Base *b = d;
	int i, zero = 1;

	KPI_REQUIRE(d != NULL);
	for (i = 0; i < 32; i++)
		zero &= d->data[i] == 0;
	KPI_EXPECT(zero);
	KPI_EXPECT(b->value() == 42);
	delete b;
}

KPI_TEST(_Znam)
{
	char *p = new char[100];

	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(p[0] == 0 && p[99] == 0);
	delete[] p;
	p = new char[0];
	KPI_EXPECT(p != NULL);
	delete[] p;
}

KPI_TEST(_ZdlPv)
{
	Derived *none = NULL;

	delete none;
	for (int i = 0; i < 100; i++)
		delete new Derived;
	KPI_EXPECT(1);
}

KPI_TEST(_ZdaPv)
{
	char *none = NULL;

	delete[] none;
	for (int i = 0; i < 100; i++)
		delete[] new char[1000];
	KPI_EXPECT(1);
}

KPI_TEST(__cxa_pure_virtual)
{
	// The table of Base refers to it: linking this file is the test.
	KPI_EXPECT(constructed == 1 && counter.n == 7);
}

KPI_TEST_KEXT(org.unikext.test.kpi_cxx, "1.0.0")
