#ifndef BOARDCAST_CZMQ_SHIM_H
#define BOARDCAST_CZMQ_SHIM_H

#include <zmq.h>

#endif
