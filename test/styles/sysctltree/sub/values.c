#include <sys/types.h>
#include "values.h"

int tree_level = 3;
char tree_name[32] = "oak";
u_int32_t tree_reads;
