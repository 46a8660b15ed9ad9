/* What the tests see of the plugin. */
#ifndef PLUGIN_H
#define PLUGIN_H
#include "haraka_plugin_c.h"

int domain_is_below(hk_str domain, hk_str parent);
#endif
