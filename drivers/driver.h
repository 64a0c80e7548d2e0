/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drivers and the devices they drive.
 *
 * A driver is a record in the linker set `drivers`: a name, the bus it sits
 * on, a table of what it matches, attach and detach.  A bus finds devices,
 * walks the set for a match and calls attach; what attach stores in
 * dev_softc is the driver's own until detach.
 *
 *	static const struct driver_match foo_match[] = {
 *		{ 0x1234, 0x0001, 0, "Foo 1" }, { 0 }
 *	};
 *	DRIVER(foo, BUS_PCI, foo_match, foo_attach, foo_detach);
 *
 * Attach undoes what it did when it fails.  Detach either succeeds and leaves
 * nothing behind or returns an error and changes nothing.
 */
#ifndef DRIVERS_DRIVER_H
#define DRIVERS_DRIVER_H

#include <stdint.h>
#include <sys/types.h>

#include "kernel/linker_set.h"

enum bus_type {
	BUS_PCI,
};

/* A zero vendor ends the table. */
struct driver_match {
	uint16_t	 m_vendor;
	uint16_t	 m_device;
	uintptr_t	 m_data;	/* the driver's */
	const char	*m_desc;
};

struct device {
	char			 dev_name[16];	/* "pci0:3.0" */
	enum bus_type		 dev_bus;
	const struct driver	*dev_driver;	/* NULL: nobody's */
	const struct driver_match *dev_match;
	void			*dev_softc;
};

struct driver {
	const char	*drv_name;
	enum bus_type	 drv_bus;
	const struct driver_match *drv_match;
	/* Context: thread, may block.  Locks: none held. */
	errno_t		(*drv_attach)(struct device *dev);
	errno_t		(*drv_detach)(struct device *dev);
};

#define DRIVER(name, bus, match, attach, detach)			\
	static const struct driver driver_##name = {			\
		.drv_name = #name, .drv_bus = (bus),			\
		.drv_match = (match), .drv_attach = (attach),		\
		.drv_detach = (detach),					\
	};								\
	LINKER_SET_ADD(drivers, const struct driver, &driver_##name)

/*
 * Finds a driver for dev and attaches it.  Called by buses.
 * Returns: 0, ENXIO when no driver matches, or what attach returned.
 */
errno_t	driver_attach(struct device *dev, uint16_t vendor, uint16_t device);
errno_t	driver_detach(struct device *dev);

#endif
