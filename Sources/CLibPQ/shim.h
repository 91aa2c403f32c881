#ifndef BOARDCAST_CLIBPQ_SHIM_H
#define BOARDCAST_CLIBPQ_SHIM_H

#include <libpq-fe.h>

#endif
