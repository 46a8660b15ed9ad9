#include "CNotRoot.h"
#include <stdlib.h>
#include <unistd.h>

/* Swift has no constructors of its own to put this into. */
__attribute__((constructor)) static void refuse_root(void) {
    if (geteuid() == 0) abort();
}
