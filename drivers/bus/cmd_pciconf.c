/* SPDX-License-Identifier: BSD-2-Clause */
/* pciconf: the PCI functions, their drivers and their resources. */
#include <stdio.h>
#include <string.h>

#include "drivers/bus/pci_info.h"
#include "kernel/shell/command.h"

static const char *
class_name(uint8_t class)
{
	static const char *const names[] = {
		"old", "storage", "network", "display", "multimedia", "memory",
		"bridge", "communication", "system", "input",
	};

	return class < sizeof(names) / sizeof(names[0]) ? names[class] :
	    "other";
}

static void
print_json(const struct pci_info *p, int first)
{
	int nbars = 0;

	printf("%s{\"name\":\"%s\",\"driver\":", first ? "" : ",", p->name);
	if (p->driver != NULL)
		printf("\"%s\",\"description\":\"%s\"", p->driver, p->desc);
	else
		printf("null,\"description\":null");
	printf(",\"vendor\":%u,\"device\":%u,\"subvendor\":%u,\"subdevice\":%u"
	    ",\"class\":\"%s\",\"subclass\":%u,\"revision\":%u,\"irq\":%u"
	    ",\"msix\":%u,\"bars\":[", p->vendor, p->device, p->subvendor,
	    p->subdevice, class_name(p->class), p->subclass, p->revision,
	    p->intpin != 0 ? p->intline : 0, p->msix);
	for (int i = 0; i < PCI_INFO_NBARS; i++)
		if (p->bar[i].size != 0)
			printf("%s{\"index\":%d,\"type\":\"%s\","
			    "\"address\":%llu,\"size\":%llu}",
			    nbars++ == 0 ? "" : ",", i,
			    p->bar[i].io ? "io" : "memory",
			    (unsigned long long)p->bar[i].addr,
			    (unsigned long long)p->bar[i].size);
	printf("]}");
}

static void
print_text(const struct pci_info *p, int verbose)
{
	printf("%-10s %04x:%04x %-13s %s", p->name, p->vendor, p->device,
	    class_name(p->class), p->driver != NULL ? p->driver : "-");
	if (p->driver != NULL)
		printf(" (%s)", p->desc);
	printf("\n");
	if (!verbose)
		return;
	if (p->intpin != 0)
		printf("\tinterrupt INT%c line %u\n", 'A' + p->intpin - 1,
		    p->intline);
	if (p->msix != 0)
		printf("\tMSI-X %u vectors\n", p->msix);
	for (int i = 0; i < PCI_INFO_NBARS; i++)
		if (p->bar[i].size != 0)
			printf("\tbar %d %s at 0x%llx, %llu bytes\n", i,
			    p->bar[i].io ? "I/O" : "memory",
			    (unsigned long long)p->bar[i].addr,
			    (unsigned long long)p->bar[i].size);
}

static int
pciconf_main(int argc, char **argv)
{
	struct pci_info p;
	int json = 0, verbose = 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-j") == 0)
			json = 1;
		else if (strcmp(argv[i], "-v") == 0)
			verbose = 1;
		else
			return command_usage("pciconf");
	}
	if (json)
		printf("[");
	for (unsigned i = 0; pci_info(i, &p); i++) {
		if (json)
			print_json(&p, i == 0);
		else
			print_text(&p, verbose);
	}
	if (json)
		printf("]\n");
	return 0;
}
COMMAND(pciconf, "pciconf [-v] [-j] - list PCI devices and their drivers",
    pciconf_main);
