# CMake toolchain of board rpi-zero: Raspberry Pi 1 and Zero, ARMv6 hard float.
#   cmake -B build -DCMAKE_TOOLCHAIN_FILE=toolchain.cmake && cmake --build build --target q3e_edge_light
# Debian's C library for hard float needs ARMv7, so that its programs do not run there: this builds the archive; link programs on the board, or
# against a C library for ARMv6.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-linux-gnueabihf-gcc)
set(CMAKE_ASM_COMPILER arm-linux-gnueabihf-gcc)
set(CMAKE_AR arm-linux-gnueabihf-ar)
set(CMAKE_C_FLAGS_INIT "-march=armv6 -mfpu=vfp -mfloat-abi=hard -marm")
set(CMAKE_ASM_FLAGS_INIT "-march=armv6 -mfpu=vfp -mfloat-abi=hard -marm")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Type of build")
endif()
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
