using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>The encoder of a model as it is emitted: its program, its arena, and what the descriptor tells of it.</summary>
/// <param name="Program">Integer program.</param>
/// <param name="Plan">Memory plan.</param>
/// <param name="SampleRate">Hz.</param>
/// <param name="FrameSamples">Samples a frame.</param>
/// <param name="DelaySamples">The decoder's delay at the encoder's rate: a clip is encoded until it is covered.</param>
/// <param name="Layers">Layers of codes.</param>
public sealed record EncoderPart(IntegerProgram Program, MemoryPlan Plan, int SampleRate, int FrameSamples, int DelaySamples, int Layers);

/// <summary>Prints the C source of a model's encoder.</summary>
internal static class EncoderSource
{
    /// <summary>The .c file.</summary>
    public static string Print(CNames names, EncoderPart encoder, OperationSource printer, string provenance)
    {
        var text = new StringBuilder();
        text.Append($$"""
            /* {{provenance}}
             *
             * The encoder of {{names.Model}}, from PCM to codes, one kernel call per operation (native/ARITHMETIC.md, section 7). The arena holds the state
             * ({{I(encoder.Plan.StateBytes)}} bytes) and scratch that shares memory by lifetime.
             */
            #include "kernels/q3e_internal.h"
            #include "kernels/q3e_kernel_sets.h"
            #include "{{names.Stem}}_encoder.h"
            #include "{{names.Stem}}_weights.h"

            #include <string.h>

            void {{names.Descriptor}}_encoder_reset(void *memory)
            {
                unsigned char *arena = (unsigned char *)memory;

            """.ReplaceLineEndings("\n"));
        foreach (ArenaBlock block in encoder.Plan.Blocks.Where(b => b.IsState))
        {
            text.Append(CultureInfo.InvariantCulture, $"    memset(arena + {block.Offset}, 0, {block.Bytes}u); /* {block.Name} */\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"}}\n\n/* One frame of samples to codes[layers]. */\nvoid {names.Descriptor}_encoder_frame(void *memory, const int16_t *pcm, uint16_t *codes, uint32_t layers)\n{{\n");
        text.Append("    unsigned char *arena = (unsigned char *)memory;\n\n");
        foreach (string line in encoder.Program.Operations.SelectMany(o => printer.Print(o, hop: false)))
        {
            text.Append("    ").Append(line).Append('\n');
        }

        return text.Append("}\n").ToString();
    }

    /// <summary>The internal .h file: what the descriptor refers to.</summary>
    public static string Header(CNames names, string provenance)
    {
        string guard = names.Descriptor.ToUpperInvariant() + "_ENCODER_H";
        return $$"""
            /* {{provenance}} */
            #ifndef {{guard}}
            #define {{guard}}

            #include <stdint.h>

            void {{names.Descriptor}}_encoder_reset(void *memory);
            void {{names.Descriptor}}_encoder_frame(void *memory, const int16_t *pcm, uint16_t *codes, uint32_t layers);

            #endif

            """.ReplaceLineEndings("\n");
    }

    private static string I(int value) => value.ToString(CultureInfo.InvariantCulture);
}
