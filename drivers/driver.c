/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Matching devices with drivers.  The first driver in the set whose table
 * holds the device gets it; a driver that declines (ENXIO) lets the search
 * go on, any other error ends it.
 */
#include "drivers/driver.h"

#include <sys/errno.h>
#include <sys/systm.h>

LINKER_SET_DECLARE(drivers, const struct driver);

static const struct driver_match *
driver_find_match(const struct driver *drv, uint16_t vendor, uint16_t device)
{
	const struct driver_match *m;

	for (m = drv->drv_match; m->m_vendor != 0; m++)
		if (m->m_vendor == vendor && m->m_device == device)
			return m;
	return NULL;
}

errno_t
driver_attach(struct device *dev, uint16_t vendor, uint16_t device)
{
	const struct driver *const *p;
	errno_t error;

	LINKER_SET_FOREACH(p, drivers) {
		const struct driver_match *m;

		if ((*p)->drv_bus != dev->dev_bus)
			continue;
		m = driver_find_match(*p, vendor, device);
		if (m == NULL)
			continue;
		dev->dev_driver = *p;
		dev->dev_match = m;
		error = (*p)->drv_attach(dev);
		if (error == 0)
			return 0;
		dev->dev_driver = NULL;
		dev->dev_match = NULL;
		if (error != ENXIO) {
			printf("%s: %s: attach failed, error %d\n",
			    dev->dev_name, (*p)->drv_name, error);
			return error;
		}
	}
	return ENXIO;
}

errno_t
driver_detach(struct device *dev)
{
	errno_t error;

	if (dev->dev_driver == NULL)
		return ENXIO;
	if (dev->dev_driver->drv_detach == NULL)
		return EBUSY;
	error = dev->dev_driver->drv_detach(dev);
	if (error != 0)
		return error;
	dev->dev_driver = NULL;
	dev->dev_match = NULL;
	dev->dev_softc = NULL;
	return 0;
}
