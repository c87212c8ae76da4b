# CMake toolchain of board rpi3: Raspberry Pi 3 and Zero 2 W.
#   cmake -B build -DCMAKE_TOOLCHAIN_FILE=toolchain.cmake && cmake --build build && ctest --test-dir build
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_ASM_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_AR aarch64-linux-gnu-ar)
set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-a53")
set(CMAKE_ASM_FLAGS_INIT "-mcpu=cortex-a53")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Type of build")
endif()
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -cpu cortex-a53)
