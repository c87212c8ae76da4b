using System.Globalization;

namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>
/// The folder as an Arduino library: library.properties and an example. The builder compiles every file below src with src alone on the include path; the C arrays serve it,
/// and the assembler file is empty under it.
/// </summary>
internal static class ArduinoLibrary
{
    // Cores of 32-bit processors with flash for the weights; a build for another one gets a warning, not an error.
    private const string Architectures = "esp32,rp2040,mbed_rp2040,mbed_nano,mbed_portenta,mbed_giga,mbed_opta,renesas_uno,renesas_portenta,sam,samd,stm32,teensy,nrf52,zephyr";

    /// <summary>library.properties.</summary>
    /// <remarks>Archived as a library, so that two models in one sketch share one set of kernels.</remarks>
    public static string Properties(PackageMetadata package) => $"""
        name={package.Name}
        version={package.Version}
        author={package.Maintainer}
        maintainer={package.Maintainer}
        sentence={package.Summary}
        paragraph={package.Description}
        category=Signal Input/Output
        url={package.Homepage}
        architectures={Architectures}
        includes={package.Names.Stem}.h
        dot_a_linkage=true
        license={PackageMetadata.CodeLicence}

        """.ReplaceLineEndings("\n");

    /// <summary>The example: decodes the row of tokens and writes the samples as text.</summary>
    public static string Sketch(PackageMetadata package) => $$"""
        /*
          Decodes a row of speech tokens (tokens.h) with {{package.Names.Model}} and writes the samples, one a line: the Serial Plotter draws them.
          At {{package.SampleRate.ToString(CultureInfo.InvariantCulture)}} samples a second, give `pcm` to a DAC, I2S or PWM output to hear them.
        */
        #include <{{package.Names.Stem}}.h>

        #include "tokens.h"

        // Everything that the decoder keeps: nothing is allocated.
        alignas(Q3E_ARENA_ALIGNMENT) static uint8_t arena[{{package.Names.ArenaMacro}}];
        static int16_t pcm[{{package.FrameSamples.ToString(CultureInfo.InvariantCulture)}}];

        void setup() {
          Serial.begin(115200);

          q3e_decoder *decoder;
          q3e_status status = q3e_decoder_init(&{{package.Name}}, arena, sizeof arena, &decoder);
          for (int frame = 0; frame < TOKEN_FRAMES && status == Q3E_OK; frame++) {
            status = q3e_decode_frame(decoder, tokens[frame], TOKEN_LAYERS, pcm);  // 80 ms
            for (uint32_t i = 0; i < {{package.Name}}.frame_samples && status == Q3E_OK; i++) {
              Serial.println(pcm[i]);
            }
          }
          if (status != Q3E_OK) {
            Serial.println(q3e_status_text(status));
          }
        }

        void loop() {}

        """.ReplaceLineEndings("\n");
}
