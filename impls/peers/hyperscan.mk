# SPDX-License-Identifier: MPL-2.0
# Intel's Hyperscan, or its fork Vectorscan, whichever provides hs/hs.h and libhs.
ifneq ($(firstword $(wildcard /usr/include/hs/hs.h /usr/local/include/hs/hs.h)),)
$(B)/obj/impls/peers/hyperscan.o: DEFINES += -DFM_STRATEGY_NAME=peer_hyperscan
$(call guest,peer_hyperscan,$(B)/obj/impls/peers/hyperscan.o,-lhs)
else
$(call absent,peer_hyperscan,install libhyperscan-dev or libvectorscan-dev)
endif
