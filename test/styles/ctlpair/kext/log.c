#include "log.h"

void ctl_log_state(const char *what, int value)
{
	os_log(OS_LOG_DEFAULT, "ctlpair: %{public}s is %d", what, value);
}
