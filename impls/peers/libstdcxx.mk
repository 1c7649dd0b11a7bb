# SPDX-License-Identifier: MPL-2.0
# The Boyer-Moore-Horspool searcher of GNU's C++ library, where the C++ compiler uses that.
ifneq ($(shell $(CXX) -E -dM -x c++ -include functional /dev/null 2>/dev/null | grep _GLIBCXX_RELEASE),)
$(B)/obj/impls/peers/libstdcxx.o: DEFINES += -DFM_STRATEGY_NAME=peer_libstdcxx
$(call guest,peer_libstdcxx,$(B)/obj/impls/peers/libstdcxx.o)
else
$(call absent,peer_libstdcxx,install a C++ compiler with libstdc++)
endif
