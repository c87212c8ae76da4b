using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>The section <c>application</c> of a board.json.</summary>
public class BoardApplicationTests
{
    [Fact]
    public void A_meter_says_what_its_application_listens_to()
    {
        BoardApplication application = Board.Load("meter-m4").Application!;

        Assert.Equal(("stm32f4", 8_000_000L, 9600, "idis"), (application.Port.Name, application.CrystalHz, application.Baud, application.Profile));
        Assert.Equal(["en"], application.Languages);
        // Names are those of the profile; a switch that is not named otherwise has 50 ms to settle.
        Assert.Equal([new("PC0", false, 50, 44), new("PC1", false, 50, 40), new("PC2", true, 200, 42), new BoardInput("PC3", true, 20, 1)], application.Inputs);
        Assert.Equal((2, 3), (application.Inputs[3].Port, application.Inputs[3].Number));
        Assert.Null(Board.Load("meter-tone").Application!.CrystalHz);
        Assert.Null(Board.Load("rpi4").Application);
    }

    [Theory]
    [InlineData("\"port\": \"stm32f4\"", "\"port\": \"esp32\"", "\"port\"", "field 'application.port' is 'esp32', which is none of stm32f4, stm32g0")]
    [InlineData("\"baud\": 9600", "\"baud\": 115200", "\"baud\"", "field 'application.baud' is 115200, which is not within 1200 to 57600")]
    [InlineData("\"baud\": 9600,", "", "\"application\"", "field 'application.baud' is missing")]
    [InlineData("\"crystal_hz\": 8000000", "\"crystal_hz\": 8500000", "\"crystal_hz\"", "field 'application.crystal_hz' is 8500000, which is not a multiple of 1 MHz")]
    [InlineData("\"profile\": \"idis\"", "\"profile\": \"\\\"; x\"", "\"profile\"", "which is not made of 1 to 40 letters")]
    [InlineData("[\"en\"]", "[]", "\"languages\"", "field 'application.languages' is [], which is not a list of 1 to 4 ISO 639-1 codes")]
    [InlineData("[\"en\"]", "[\"en'\"]", "\"languages\"", "which is not a list of 1 to 4 ISO 639-1 codes")]
    [InlineData("\"pin\": \"PC0\"", "\"pin\": \"PC16\"", "\"pin\": \"PC16\"", "field 'application.inputs.pin' is 'PC16', which is not a pin such as PC0 or PB15")]
    [InlineData("\"pin\": \"PC0\"", "\"pin\": \"PC01\"", "\"pin\": \"PC01\"", "is 'PC01', which is not a pin")]
    [InlineData("\"pin\": \"PC0\"", "\"pin\": \"c0\"", "\"pin\": \"c0\"", "is 'c0', which is not a pin")]
    [InlineData("\"pin\": \"PC0\"", "\"pin\": \"PA8\"", "\"inputs\"", "which names the pin PA8, which the port 'stm32f4' uses itself")]
    [InlineData("\"pin\": \"PC0\"", "\"pin\": \"PK0\"", "\"inputs\"", "which names the pin PK0, which the port 'stm32f4' does not have")]
    [InlineData("\"pin\": \"PC0\"", "\"pin\": \"PC1\"", "\"inputs\"", "which names the pin PC1 twice")]
    [InlineData("\"event\": \"power down\"", "\"event\": \"tea time\"", "\"event\": \"tea time\"", "is 'tea time', which is not the name of an event that is known in the profile 'idis'")]
    [InlineData("\"event\": \"power down\"", "\"event\": 65536", "\"event\": 65536", "is 65536, which is not within 0 to 65535")]
    [InlineData("\"active\": \"high\", \"debounce_ms\": 20,", "\"active\": \"on\",", "\"active\": \"on\"", "is 'on', which is none of high, low")]
    [InlineData("\"debounce_ms\": 20,", "\"debounce_ms\": 0,", "\"debounce_ms\": 0,", "is 0, which is not within 1 to 60000")]
    [InlineData("\"debounce_ms\": 20,", "\"bounce\": 20,", "\"bounce\"", "field 'application.inputs.bounce' is unknown; known here are active, debounce_ms, event, pin.")]
    [InlineData("\"inputs\": [", "\"inputs\": [ 1,", "\"inputs\"", "which is not a list of objects")]
    [InlineData("\"clock_hz\": 80000000", "\"clock_hz\": 80500000", "\"clock_hz\"", "the port 'stm32f4' of its application cannot make: it makes whole MHz from 48 to 168")]
    [InlineData("\"clock_hz\": 80000000", "\"clock_hz\": 180000000", "\"clock_hz\"", "the port 'stm32f4' of its application cannot make")]
    [InlineData("\"audio_output\": \"pwm_dac\"", "\"audio_output\": \"i2s\"", "\"audio_output\"", "field 'audio_output' is 'i2s', which the port 'stm32f4' of its application cannot make: it has pwm_dac, dac")]
    [InlineData("\"linker_script\": \"stm32f405.ld\",", "", "\"application\"", "field 'application' is an object, which needs a board with system bare_metal and a linker_script")]
    [InlineData("\"buzzer_hz\": [200, 8000],", "", "\"application\"", "which needs a buzzer: buzzer_hz is missing")]
    public void What_cannot_be_is_refused_with_the_file_and_the_line(string before, string after, string at, string what)
    {
        string good = BoardFolder.TextOf("meter-m4"), text = good.Replace(before, after, StringComparison.Ordinal);
        Assert.NotEqual(good, text);
        using var folder = new BoardFolder("meter-m4", text);
        folder.Add("stm32f405.ld", "");
        int line = text[..text.IndexOf(at, StringComparison.Ordinal)].Count(c => c == '\n') + 1;

        var e = Assert.Throws<BuildException>(() => Board.Load(folder.Path));

        Assert.StartsWith($"{folder.BoardPath}, line {line}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
    }
}
