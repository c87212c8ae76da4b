namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>CMakeLists.txt of an emitted folder: a project of its own, a part of another (add_subdirectory), and an installed package (find_package).</summary>
internal static class CMakeProject
{
    /// <summary>The file.</summary>
    public static string Print(PackageMetadata package) => $$"""
        # {{package.Summary}}
        #   by itself            cmake -B build && cmake --build build && ctest --test-dir build && cmake --install build --prefix PREFIX
        #   in another project   add_subdirectory(...), or find_package({{package.Name}}) when installed; then
        #                        target_link_libraries(app PRIVATE q3e::{{package.Names.Stem}})
        {{(package.HasWeightsC ? "# Q3E_WEIGHTS_AS_C=ON compiles the weights from C arrays, for toolchains without a GNU assembler." : "# The weights are too many for C arrays: a GNU assembler includes them.")}}
        cmake_minimum_required(VERSION 3.16)
        project({{package.Names.Stem}} VERSION {{package.Version}} LANGUAGES C ASM)

        if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)
          set(Q3E_TOP_LEVEL ON)
        else()
          set(Q3E_TOP_LEVEL OFF)
        endif()
        {{(package.HasWeightsC ? "option(Q3E_WEIGHTS_AS_C \"Compile the weights from C arrays instead of including the binary file\" OFF)\n" : "")}}option(Q3E_SHARED "Build a shared library" OFF)
        option(Q3E_INSTALL "Install library, headers and package configuration" ${Q3E_TOP_LEVEL})

        if(Q3E_SHARED)
          add_library({{package.Name}} SHARED)
          target_compile_definitions({{package.Name}} PRIVATE Q3E_SHARED_BUILD)
        else()
          add_library({{package.Name}} STATIC)
        endif()
        add_library(q3e::{{package.Names.Stem}} ALIAS {{package.Name}})
        target_sources({{package.Name}} PRIVATE
        {{Lines(package.Sources, "  ")}})
        {{Weights(package)}}
        target_include_directories({{package.Name}}
          PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
          PRIVATE src src/kernels)
        set_target_properties({{package.Name}} PROPERTIES EXPORT_NAME {{package.Names.Stem}} C_STANDARD 99 C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden)
        if(CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
          target_compile_options({{package.Name}} PRIVATE $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -pedantic>)
        endif()

        if(Q3E_TOP_LEVEL)
          enable_testing()
          add_executable({{package.Names.Stem}}_conformance conformance/conformance.c)
          target_link_libraries({{package.Names.Stem}}_conformance PRIVATE {{package.Name}})
          add_test(NAME conformance COMMAND {{package.Names.Stem}}_conformance)
        endif()

        if(Q3E_INSTALL)
          include(GNUInstallDirs)
          include(CMakePackageConfigHelpers)
          # A folder of its own: two models may bring two versions of q3e.h.
          set(Q3E_HEADERS ${CMAKE_INSTALL_INCLUDEDIR}/{{package.Name}})
          set(Q3E_CONFIG ${CMAKE_INSTALL_LIBDIR}/cmake/{{package.Name}})
          install(TARGETS {{package.Name}} EXPORT {{package.Name}}
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
            LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
            RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
            INCLUDES DESTINATION ${Q3E_HEADERS})
          install(FILES {{string.Join(' ', package.PublicHeaders)}} DESTINATION ${Q3E_HEADERS})
          install(EXPORT {{package.Name}} NAMESPACE q3e:: FILE {{package.Name}}Config.cmake DESTINATION ${Q3E_CONFIG})
          write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/{{package.Name}}ConfigVersion.cmake COMPATIBILITY SameMinorVersion)
          install(FILES ${CMAKE_CURRENT_BINARY_DIR}/{{package.Name}}ConfigVersion.cmake DESTINATION ${Q3E_CONFIG})
          install(FILES {{string.Join(' ', package.LicenceFiles)}} {{SpdxDocument.FileName(package)}} DESTINATION ${CMAKE_INSTALL_DATADIR}/{{package.Name}})
        endif()

        """.ReplaceLineEndings("\n");

    private static string Weights(PackageMetadata package)
    {
        string assembler = $$"""
            target_sources({{package.Name}} PRIVATE {{package.WeightsAssembler}})
            set_source_files_properties({{package.WeightsAssembler}} PROPERTIES
              OBJECT_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/{{package.WeightsBinary}}
              INCLUDE_DIRECTORIES ${CMAKE_CURRENT_SOURCE_DIR}/src)
            """;
        return !package.HasWeightsC ? assembler : $"""
            if(Q3E_WEIGHTS_AS_C)
              target_sources({package.Name} PRIVATE {package.WeightsC})
            else()
            {Lines(assembler.ReplaceLineEndings("\n").Split('\n'), "  ")}
            endif()
            """;
    }

    /// <summary>One path a line.</summary>
    internal static string Lines(IEnumerable<string> paths, string before) => string.Join('\n', paths.Select(p => before + p));
}
