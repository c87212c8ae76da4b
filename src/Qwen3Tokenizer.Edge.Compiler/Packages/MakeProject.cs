namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>Makefile of an emitted folder: explicit rules only, so that every make understands it.</summary>
internal static class MakeProject
{
    /// <summary>The file.</summary>
    public static string Print(PackageMetadata package)
    {
        (string Object, string Source)[] units = [.. package.Sources.Select(s => ("$(BUILD)/" + Path.ChangeExtension(s["src/".Length..], ".o"), s))];
        string weights = $"$(BUILD)/{package.Names.Stem}_weights.o", program = $"$(BUILD)/{package.Names.Stem}_conformance";
        string rules = string.Concat(units.Select(u => $"{u.Object}: {u.Source} $(HEADERS)\n\t@mkdir -p $(BUILD)/kernels\n\t$(CC) $(Q3E_FLAGS) $(CFLAGS) -c {u.Source} -o $@\n\n"));
        return $$"""
            # {{package.Summary}}
            #   make            $(LIBRARY)
            #   make check      builds and runs the conformance program (where the target is this machine)
            #   make install    into $(DESTDIR)$(PREFIX)
            # Another target: make CC=arm-none-eabi-gcc AR=arm-none-eabi-ar CFLAGS="-O2 -mcpu=cortex-m4 -mthumb"
            {{(package.HasWeightsC ? $"# Without a GNU assembler: make WEIGHTS={package.WeightsC}" : "# The weights are too many for C arrays: a GNU assembler includes them.")}}
            AR = ar
            CFLAGS = -O2
            PREFIX = /usr/local
            BUILD = build
            WEIGHTS = {{package.WeightsAssembler}}
            LIBRARY = $(BUILD)/lib{{package.Name}}.a
            Q3E_FLAGS = -std=c99 -Iinclude -Isrc -Isrc/kernels

            HEADERS = \
            {{string.Join(" \\\n", package.PublicHeaders.Concat(package.PrivateHeaders).Select(h => "  " + h))}}
            OBJECTS = \
            {{string.Join(" \\\n", units.Select(u => "  " + u.Object).Append("  " + weights))}}

            all: $(LIBRARY)

            $(LIBRARY): $(OBJECTS)
            	rm -f $@
            	$(AR) rcs $@ $(OBJECTS)

            {{rules}}{{weights}}: $(WEIGHTS) {{package.WeightsBinary}} src/{{package.Names.Stem}}_weights.h
            	@mkdir -p $(BUILD)
            	$(CC) $(Q3E_FLAGS) $(CFLAGS) -c $(WEIGHTS) -o $@

            {{program}}: conformance/conformance.c conformance/vectors.h $(LIBRARY)
            	$(CC) $(Q3E_FLAGS) $(CFLAGS) -Iconformance conformance/conformance.c $(LIBRARY) $(LDFLAGS) -o $@

            check: {{program}}
            	{{program}}

            install: $(LIBRARY)
            	mkdir -p "$(DESTDIR)$(PREFIX)/lib" "$(DESTDIR)$(PREFIX)/include/{{package.Name}}"
            	cp $(LIBRARY) "$(DESTDIR)$(PREFIX)/lib"
            	cp {{string.Join(' ', package.PublicHeaders)}} "$(DESTDIR)$(PREFIX)/include/{{package.Name}}"

            clean:
            	rm -rf $(BUILD)

            .PHONY: all check install clean

            """.ReplaceLineEndings("\n");
    }
}
