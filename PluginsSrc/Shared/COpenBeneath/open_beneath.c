#include "COpenBeneath.h"
