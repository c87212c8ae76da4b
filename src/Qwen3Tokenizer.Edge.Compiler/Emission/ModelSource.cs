using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>Prints the C source of a model: it reads like the network, top to bottom.</summary>
public sealed class ModelSource
{
    private readonly ModelDescription _model;
    private readonly IntegerProgram _program;
    private readonly MemoryPlan _plan;
    private readonly CNames _names;
    private readonly string _provenance;
    private readonly SourceFilterOperation? _head;
    private readonly EncoderPart? _encoder;

    /// <summary>Prepares the emission of a model.</summary>
    /// <param name="model">Facts for the descriptor.</param>
    /// <param name="program">Integer program.</param>
    /// <param name="plan">Memory plan.</param>
    /// <param name="provenance">One line for the file's head: tool version, hash of the weights. No time, no path.</param>
    /// <param name="layout">Order of the matrices' weights.</param>
    /// <param name="encoder">The encoder that is emitted with the decoder, or null.</param>
    /// <exception cref="BuildException">A name or the provenance cannot stand in C sources.</exception>
    public ModelSource(ModelDescription model, IntegerProgram program, MemoryPlan plan, string provenance, WeightLayout layout = WeightLayout.Rows, EncoderPart? encoder = null)
    {
        if (provenance.Any(char.IsControl) || provenance.Contains("*/", StringComparison.Ordinal))
        {
            throw new BuildException("The provenance of an emitted model must be one line that does not end a C comment.");
        }

        CNames.RequirePlain("program", program.Name);
        IEnumerable<string> encoderNames = encoder is null ? [] : encoder.Program.Operations.Select(o => o.Name).Concat(encoder.Plan.Blocks.Select(b => b.Name));
        foreach (string name in program.Operations.Select(o => o.Name).Concat(plan.Blocks.Select(b => b.Name)).Concat(encoderNames))
        {
            CNames.RequirePlain("node", name);
        }

        (_model, _program, _plan, _provenance) = (model, program, plan, provenance);
        _names = new CNames(model.Name);
        _head = program.IsWave ? null : (SourceFilterOperation)program.Operations[^1];
        _encoder = encoder;
        Source = Print(new OperationSource(_names, program, plan, Weights, layout, model.MinLayers));
        if (encoder is not null)
        {
            EncoderSource = Emission.EncoderSource.Print(_names, encoder, new OperationSource(_names, encoder.Program, encoder.Plan, Weights, layout, model.MinLayers), provenance);
            EncoderHeader = Emission.EncoderSource.Header(_names, provenance);
        }
    }

    /// <summary>Facts of the descriptor.</summary>
    public ModelDescription Model => _model;

    /// <summary>Names.</summary>
    public CNames Names => _names;

    /// <summary>Whether the decoder conceals lost frames.</summary>
    public bool Conceals => _head is not null;

    /// <summary>The tensors that the source refers to.</summary>
    public WeightSet Weights { get; } = new();

    /// <summary>The encoder that is emitted with the decoder, or null.</summary>
    public EncoderPart? Encoder => _encoder;

    /// <summary>The .c file.</summary>
    public string Source { get; }

    /// <summary>The .c file of the encoder, or null.</summary>
    public string? EncoderSource { get; }

    /// <summary>The internal .h file of the encoder, or null.</summary>
    public string? EncoderHeader { get; }

    /// <summary>The .h file.</summary>
    public string Header()
    {
        string guard = _names.Descriptor.ToUpperInvariant() + "_H";
        return $$"""
            /* {{_provenance}} */
            #ifndef {{guard}}
            #define {{guard}}

            #include "q3e.h"

            #ifdef __cplusplus
            extern "C" {
            #endif

            /** Bytes of a decoder's arena: equals {{_names.Descriptor}}.decoder_arena_bytes. */
            #define {{_names.ArenaMacro}} {{I(_plan.ArenaBytes)}}u

            /** Bytes of a decoder's arena in which `frames` frames, at least 1, are decoded at once (q3e_decode_frames). */
            #define {{_names.ArenaMacro}}_FOR(frames) ({{_names.ArenaMacro}} + ((frames) - 1u) * {{I(_plan.FrameBytes)}}u)

            {{EncoderMacro()}}
            /** {{_model.Name}}: {{I(_model.SampleRate)}} Hz, {{I(_model.FrameSamples)}} samples a frame, codes of {{I(_model.UsedLayers)}} layers below {{I(_model.CodebookSize)}}. */
            extern Q3E_API const q3e_model {{_names.Descriptor}};

            #ifdef __cplusplus
            }
            #endif
            #endif

            """.ReplaceLineEndings("\n");
    }

    private string Print(OperationSource printer)
    {
        var text = new StringBuilder();
        text.Append($$"""
            /* {{_provenance}}
             *
             * The network of {{_model.Name}}, from codes to PCM, one kernel call per operation (native/ARITHMETIC.md defines each exactly). The arena holds the state
             * ({{I(_plan.StateBytes)}} bytes) and scratch that shares memory by lifetime.
             */
            #include "kernels/q3e_internal.h"
            #include "kernels/q3e_kernel_sets.h"
            #include "{{_names.Stem}}.h"
            #include "{{_names.Stem}}_weights.h"{{(_encoder is null ? "" : $"\n#include \"{_names.Stem}_encoder.h\"")}}

            #include <string.h>


            """.ReplaceLineEndings("\n"));
        if (_head is not null)
        {
            PrintSourceFilter(text, _head);
        }

        PrintReset(text);
        PrintTokens(text, printer);
        if (_head is null)
        {
            PrintHopsOfWave(text);
        }
        else
        {
            PrintHops(text, printer);
            PrintConceal(text, _head);
        }

        PrintDescriptor(text);
        return text.ToString();
    }

    private void PrintSourceFilter(StringBuilder text, SourceFilterOperation head)
    {
        SourceFilterConstants c = head.Constants;
        string window = Weights.Add(_names.Tensor(head.Name, "window"), c.Window), knot = Weights.Add(_names.Tensor(head.Name, "knot"), c.Knot);
        string weight = Weights.Add(_names.Tensor(head.Name, "knot_weight"), c.Weight);
        string Block(string block, string type) => $"({type} *)(arena + {OperationSource.Place(_plan[block])})";
        text.Append($$"""
            static const q3e_source_filter source_filter = {
                {{window}},
                {{knot}},
                {{weight}},
                {{I(c.Hop)}}, /* hop */
                {{I(c.Log2Fft)}}, /* log2_fft */
                {{I(c.Knots)}}, /* knots */
                {{(c.SplitRows ? 1 : 0)}}, /* split_rows */
                {{I(c.MagnitudeLow)}}, {{I(c.MagnitudeHigh)}}, /* magnitude_low, magnitude_high */
                {{I(c.PitchLow)}}, {{I(c.PitchHigh)}}, /* pitch_low, pitch_high */
                {{I(c.PitchBase)}}, /* pitch_base */
                {{I(c.SlopeScale)}}, /* slope_scale */
                {{c.HarmonicLimit.ToString(CultureInfo.InvariantCulture)}}u, /* harmonic_limit */
                {{I(c.HarmonicMax)}}, /* harmonic_max */
                {{I(c.DirichletMin)}}, /* dirichlet_min */
                {{c.NoiseSeed.ToString(CultureInfo.InvariantCulture)}}u /* noise_seed */
            };

            static void source_filter_memory(unsigned char *arena, uint32_t frames, q3e_source_filter_memory *memory, q3e_concealment *concealment)
            {
                memory->oscillator = {{Block("oscillator", "q3e_oscillator")}};
                memory->previous = {{Block("previous", "int16_t")}};
                memory->harmonic = {{Block("harmonic", "int32_t")}};
                memory->noise = {{Block("noise", "int32_t")}};
                memory->overlap = {{Block("overlap", "int32_t")}};
                memory->spectrum = {{Block("spectrum", "int32_t")}};
                memory->filtered = {{Block("filtered", "int32_t")}};
                concealment->state = {{Block("concealment", "q3e_concealment_state")}};
                concealment->background = {{Block("background", "int16_t")}};
            }


            """.ReplaceLineEndings("\n"));
    }

    private void PrintReset(StringBuilder text)
    {
        text.Append("static void reset(void *memory)\n{\n    unsigned char *arena = (unsigned char *)memory;\n").Append(_head is null ? "" : "    q3e_source_filter_memory m;\n    q3e_concealment c;\n");
        foreach (ArenaBlock block in _plan.Blocks.Where(b => b.IsState && !b.Grows))
        {
            text.Append(CultureInfo.InvariantCulture, $"    memset(arena + {block.Offset}, 0, {block.Bytes}u); /* {block.Name} */\n");
        }

        text.Append(_head is null ? "}\n\n" : "    source_filter_memory(arena, 1, &m, &c);\n    q3e_source_filter_reset(&source_filter, &m);\n}\n\n");
    }

    private void PrintTokens(StringBuilder text, OperationSource printer)
    {
        text.Append(_head is null ? "/* Codes of `frames` frames to their samples, which stay in the arena until the hops hand them out. */\n" : "/* The slow part of `frames` frames: codes to the rows that the hops read. */\n");
        text.Append("static void tokens(void *memory, const uint16_t *codes, uint32_t layers, uint32_t frames)\n{\n");
        text.Append("    unsigned char *arena = (unsigned char *)memory;\n    const int32_t rows = (int32_t)frames;\n");
        text.Append("    (void)layers; /* a model that concatenates its layers reads all of them */\n\n");
        Append(text, _program.TokenOperations.SelectMany(o => printer.Print(o, hop: false)));
        text.Append("}\n\n");
    }

    private void PrintHops(StringBuilder text, OperationSource printer)
    {
        text.Append("/* `count` hops beginning with hop `first` of the `frames` frames that tokens() left, to PCM. */\nstatic void hops(void *memory, uint32_t frames, uint32_t first, uint32_t count, int16_t *pcm)\n{\n");
        text.Append("    unsigned char *arena = (unsigned char *)memory;\n    const int32_t rows = (int32_t)count;\n\n");
        Append(text, _program.HopOperations.SelectMany(o => printer.Print(o, hop: true)));
        text.Append("}\n\n");
    }

    // The network's last rates are far above the hops': a frame's samples are finished when its first hop is asked for.
    private void PrintHopsOfWave(StringBuilder text)
    {
        ArenaBlock samples = _plan[_program.Operations[^1].Output.Name];
        text.Append($$"""
            /* `count` hops beginning with hop `first` of the `frames` frames whose samples tokens() left. */
            static void hops(void *memory, uint32_t frames, uint32_t first, uint32_t count, int16_t *pcm)
            {
                const unsigned char *arena = (const unsigned char *)memory;
                const int16_t *samples = (const int16_t *)(const void *)(arena + {{OperationSource.Place(samples)}});
                (void)frames;
                memcpy(pcm, samples + (size_t)first * {{I(_model.HopSamples)}}u, (size_t)count * {{I(_model.HopSamples)}}u * sizeof(int16_t));
            }


            """.ReplaceLineEndings("\n"));
    }

    private void PrintConceal(StringBuilder text, SourceFilterOperation head)
    {
        IntegerBuffer row = head.Input;
        text.Append($$"""
            /* A frame that was lost: rows made up from the last one (native/ARITHMETIC.md, section 8) where the network would have left its own. */
            static void conceal(void *memory, uint32_t ending, int16_t *pcm)
            {
                unsigned char *arena = (unsigned char *)memory;
                int16_t *row = (int16_t *)(arena + {{I(_plan[row.Name].Offset)}});
                int32_t hop;
                q3e_source_filter_memory m;
                q3e_concealment c;
                source_filter_memory(arena, 1, &m, &c);
                if (!m.oscillator->started) { /* nothing was heard yet */
                    memset(pcm, 0, {{I(_model.FrameSamples)}} * sizeof(int16_t));
                    return;
                }
                for (hop = 0; hop < {{I(_program.Hops)}}; hop++) {
                    q3e_conceal_row(&source_filter, &m, &c, ending, row);
                    Q3E_KERNEL(arena, source_filter_hop)(&source_filter, &m, row, pcm + hop * {{I(head.Constants.Hop)}});
                }
            }


            """.ReplaceLineEndings("\n"));
    }

    private void PrintDescriptor(StringBuilder text)
    {
        Span<byte> space = stackalloc byte[TokenSpace.ByteLength];
        _model.Space.CopyTo(space);
        string bytes = string.Join(", ", space.ToArray().Select(b => $"0x{b:x2}"));
        text.Append($$"""
            const q3e_model {{_names.Descriptor}} = {
                (uint32_t)sizeof(q3e_model),
                Q3E_ABI_VERSION,
                Q3E_ARITHMETIC_VERSION,
                {{I(_model.SampleRate)}}u, /* sample_rate */
                {{I(_model.FrameSamples)}}u, /* frame_samples */
                {{I(_model.HopSamples)}}u, /* hop_samples */
                {{I(_model.DelaySamples)}}u, /* delay_samples */
                {{I(_model.MinLayers)}}u, /* min_layers */
                {{I(_model.MaxLayers)}}u, /* max_layers */
                {{I(_model.UsedLayers)}}u, /* used_layers */
                {{I(_model.CodebookSize)}}u, /* codebook_size */
                {{_names.ArenaMacro}},
                {{{bytes}}},
                "{{_model.Name}}",
                reset,
                tokens,
                hops,
                {{EncoderFields()}}
                {{I(_plan.FrameBytes)}}u, /* decoder_frame_bytes */
                {{(_head is null ? "q3e_no_concealment" : "conceal")}}
            };

            """.ReplaceLineEndings("\n"));
    }

    private string EncoderMacro() => _encoder is null ? "" : $"""
        /** Bytes of an encoder's arena: equals {_names.Descriptor}.encoder_arena_bytes. */
        #define {_names.EncoderArenaMacro} {I(_encoder.Plan.ArenaBytes)}u

        """;

    private string EncoderFields() => _encoder is null ? "0, 0, 0, 0, 0, 0, NULL, NULL, /* no encoder */" : $"""
        {_names.EncoderArenaMacro},
            {I(_encoder.SampleRate)}u, /* encoder_sample_rate */
            {I(_encoder.FrameSamples)}u, /* encoder_frame_samples */
            {I(_encoder.DelaySamples)}u, /* encoder_delay_samples */
            {I(_encoder.Layers)}u, /* encoder_layers */
            {I(_encoder.Plan["frame"].Offset)}u, /* encoder_pad_offset */
            {_names.Descriptor}_encoder_reset,
            {_names.Descriptor}_encoder_frame,
        """;

    private static void Append(StringBuilder text, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            text.Append("    ").Append(line).Append('\n');
        }
    }

    private static string I(int value) => value.ToString(CultureInfo.InvariantCulture);
}
