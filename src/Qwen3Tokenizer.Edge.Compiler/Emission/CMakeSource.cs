namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>CMakeLists.txt of an emitted library.</summary>
public static class CMakeSource
{
    /// <summary>The file.</summary>
    /// <param name="names">Names.</param>
    /// <param name="kernels">Kernel file names, in src/kernels.</param>
    /// <param name="encoder">Whether the model is emitted with its encoder.</param>
    public static string Print(CNames names, IEnumerable<string> kernels, bool encoder = false) => $$"""
        # INT8 decoder library of {{names.Model}}: target q3e_{{names.Stem}}.
        #   cmake -B build && cmake --build build && ctest --test-dir build
        # Q3E_WEIGHTS_AS_C=ON compiles the weights from C arrays, for toolchains without a GNU assembler.
        cmake_minimum_required(VERSION 3.16)
        project({{names.Stem}} LANGUAGES C ASM)

        option(Q3E_WEIGHTS_AS_C "Compile the weights from C arrays instead of including the binary file" OFF)
        option(Q3E_SHARED "Build a shared library" OFF)

        if(Q3E_SHARED)
          add_library({{names.Descriptor}} SHARED)
          target_compile_definitions({{names.Descriptor}} PRIVATE Q3E_SHARED_BUILD)
        else()
          add_library({{names.Descriptor}} STATIC)
        endif()
        target_sources({{names.Descriptor}} PRIVATE
        {{string.Join('\n', kernels.Where(k => k.EndsWith(".c", StringComparison.Ordinal)).Select(k => $"  src/kernels/{k}"))}}
          src/{{names.Stem}}.c{{(encoder ? $"\n  src/{names.Stem}_encoder.c" : "")}})
        if(Q3E_WEIGHTS_AS_C)
          target_sources({{names.Descriptor}} PRIVATE src/{{names.Stem}}_weights.c)
        else()
          target_sources({{names.Descriptor}} PRIVATE src/{{names.Stem}}_weights.S)
          set_source_files_properties(src/{{names.Stem}}_weights.S PROPERTIES
            OBJECT_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/{{names.Stem}}.weights
            INCLUDE_DIRECTORIES ${CMAKE_CURRENT_SOURCE_DIR}/src)
        endif()
        target_include_directories({{names.Descriptor}} PUBLIC include PRIVATE src src/kernels)
        set_target_properties({{names.Descriptor}} PROPERTIES C_STANDARD 99 C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden)
        if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
          target_compile_options({{names.Descriptor}} PRIVATE $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -pedantic>)
        endif()

        if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)
          enable_testing()
          add_executable({{names.Stem}}_conformance conformance/conformance.c)
          target_link_libraries({{names.Stem}}_conformance PRIVATE {{names.Descriptor}})
          add_test(NAME conformance COMMAND {{names.Stem}}_conformance)
        endif()

        """.ReplaceLineEndings("\n");
}
