namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>The folder as a Zephyr module: zephyr/module.yml, zephyr/CMakeLists.txt, zephyr/Kconfig.</summary>
internal static class ZephyrModule
{
    /// <summary>module.yml: where the build finds the other two.</summary>
    public static string Manifest(PackageMetadata package) => $"""
        # {package.Summary}
        #   west build -b BOARD APP -- -DZEPHYR_EXTRA_MODULES=THIS_FOLDER, and {Option(package)}=y in prj.conf
        name: {package.Name}
        build:
          cmake: zephyr
          kconfig: zephyr/Kconfig

        """.ReplaceLineEndings("\n");

    /// <summary>CMakeLists.txt.</summary>
    public static string CMake(PackageMetadata package) => $$"""
        # {{package.Summary}}
        if({{Option(package)}})
          set(q3e_root ${CMAKE_CURRENT_LIST_DIR}/..)
          zephyr_include_directories(${q3e_root}/include)

          # Zephyr links libraries whole: where several models are modules of one image, the first brings the kernels.
          if(NOT TARGET q3e_kernels)
            zephyr_library_named(q3e_kernels)
            zephyr_library_include_directories(${q3e_root}/src/kernels)
            zephyr_library_sources(
        {{CMakeProject.Lines(package.Sources.Where(IsKernel), "      ${q3e_root}/")}})
          endif()

          zephyr_library_named({{package.Name}})
          zephyr_library_include_directories(${q3e_root}/src ${q3e_root}/src/kernels)
          zephyr_library_sources(
        {{CMakeProject.Lines(package.Sources.Where(s => !IsKernel(s)), "    ${q3e_root}/")}})
          if({{Option(package)}}_WEIGHTS_AS_C)
            zephyr_library_sources(${q3e_root}/{{package.WeightsC}})
          else()
            zephyr_library_sources(${q3e_root}/{{package.WeightsAssembler}})
            set_source_files_properties(${q3e_root}/{{package.WeightsAssembler}} PROPERTIES OBJECT_DEPENDS ${q3e_root}/{{package.WeightsBinary}})
          endif()
        endif()

        """.ReplaceLineEndings("\n");

    /// <summary>Kconfig.</summary>
    public static string Kconfig(PackageMetadata package)
    {
        string option = package.Name.ToUpperInvariant();
        return $"""
            # {package.Summary}
            config {option}
            	bool "{package.Names.Model}: speech from neural tokens, INT8"
            	depends on !BIG_ENDIAN
            	help
            	  {package.Summary}
            	  {package.Description}

            config {option}_WEIGHTS_AS_C
            	bool "Compile the weights from C arrays"
            	depends on {option}
            	help
            	  For toolchains without a GNU assembler. Slower to compile; the
            	  image is the same.

            """.ReplaceLineEndings("\n");
    }

    private static string Option(PackageMetadata package) => $"CONFIG_{package.Name.ToUpperInvariant()}";

    private static bool IsKernel(string source) => source.StartsWith("src/kernels/", StringComparison.Ordinal);
}
