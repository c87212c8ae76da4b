using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

public class BoardFileTests
{
    [Fact]
    public void Every_board_that_comes_with_the_tool_loads()
    {
        Assert.Equal(["host", "meter-m3", "meter-m4", "meter-tone", "rpi-zero", "rpi2", "rpi3", "rpi4", "rpi5"], Board.Names);
        Assert.All(Board.Names, name => Assert.Equal(name, Board.Load(name).Name));
    }

    [Fact]
    public void A_board_says_what_its_file_says()
    {
        var board = Board.Load("rpi-zero");

        Assert.Equal((BoardSystem.Linux, "arm1176jzf-s", 1_000_000_000L), (board.System, board.Processor, board.ClockHz));
        Assert.Equal((12_582_912, 262_144, 65_536, 80.0), (board.FlashBytes, board.RamBytes, board.StackBytes, board.FrameMilliseconds));
        Assert.Equal(["-O3", "-march=armv6", "-mfpu=vfp", "-mfloat-abi=hard", "-marm"], board.CompilerFlags);
        Assert.Equal(("arm-linux-gnueabihf-gcc", "arm-linux-gnueabihf-ar", "apt-get install gcc-arm-linux-gnueabihf libc6-dev-armhf-cross"), (board.Toolchain.Compiler, board.Toolchain.Archiver, board.Toolchain.Install));
        Assert.Equal(["static"], board.Libraries);
        Assert.Equal(("qemu-arm", "arm-linux-gnueabi-gcc", "apt-get install qemu-user"), (board.Emulator!.Program, board.Emulator.Toolchain!.Compiler, board.Emulator.Install));
        Assert.Equal((AudioOutput.PwmDac, new BuzzerRange(100, 10_000), "edge-light", WeightLayout.Blocked), (board.AudioOutput, board.Buzzer, board.DefaultModel, board.WeightLayout));
        Assert.Equal(["portable", "armv6"], board.Kernels);
        Assert.True(File.Exists(Path.Combine(board.Folder, board.CMakeToolchain!)));
    }

    [Theory]
    [InlineData("host", true), InlineData("rpi5", true), InlineData("rpi4", true), InlineData("rpi3", true)]
    [InlineData("rpi2", false), InlineData("rpi-zero", false), InlineData("meter-m4", false)]
    public void Boards_with_memory_for_a_full_size_model_have_budgets_for_it(string name, bool full)
    {
        var board = Board.Load(name);

        Assert.Equal(full, board.FullModel is not null);
        Assert.Equal(board.FullModel, board.ForFullModels() is { } other ? new FullModelBudget(other.FlashBytes, other.RamBytes, other.FrameMilliseconds) : null);
        // What edge models may cost stays as it is.
        Assert.Equal(!full, board.ForFullModels() is null);
        Assert.InRange(board.FlashBytes, 0, 12_582_912);
    }

    [Theory]
    [InlineData("meter-m4", 524_288, 65_536, 80_000_000L, "edge-meter")]
    [InlineData("meter-m3", 524_288, 65_536, 72_000_000L, "edge-meter")]
    [InlineData("meter-tone", 65_536, 8_192, 48_000_000L, null)]
    public void The_meters_have_the_memory_that_they_are_known_for(string name, long flash, long ram, long clock, string? model)
    {
        var board = Board.Load(name);

        Assert.Equal((flash, ram, clock, model), (board.FlashBytes, board.RamBytes, board.ClockHz, board.DefaultModel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Host")]
    [InlineData("../host")]
    [InlineData("host/")]
    [InlineData("stm32")]
    public void An_unknown_board_is_refused_with_the_list_of_known_ones(string name)
    {
        var e = Assert.Throws<BuildException>(() => Board.Load(name));

        Assert.Equal($"Board '{name}' is unknown: it is neither one of {string.Join(", ", Board.Names)} nor the path of a folder with a board.json (./NAME for one in the current folder).", e.Message);
    }

    [Fact]
    public void A_board_outside_the_tool_is_loaded_by_the_path_of_its_folder()
    {
        using var folder = new BoardFolder("our-board", BoardFolder.TextOf("rpi4").Replace("\"name\": \"rpi4\"", "\"name\": \"our-board\"", StringComparison.Ordinal));
        folder.Add("toolchain.cmake", "# ours\n");

        Assert.Equal(("our-board", folder.Path), (Board.Load(folder.Path).Name, Board.Load(folder.Path + "/").Folder));
    }

    [Theory]
    [InlineData("\"flash_bytes\": 12582912", "\"flash_bites\": 12582912", "{", "field 'flash_bytes' is missing")]
    [InlineData("\"system\": \"linux\",", "\"system\": \"linux\",\n  \"colour\": \"red\",", "\"colour\"", "field 'colour' is unknown; known here are application, audio_output, buzzer_hz,")]
    [InlineData("\"arguments\":", "\"speed\": 3,\n    \"arguments\":", "\"speed\"", "field 'emulator.speed' is unknown; known here are arguments, clock_hz, packages, program, toolchain.")]
    [InlineData("\"prefix\":", "\"Prefix\":", "\"Prefix\"", "field 'toolchain.Prefix' is unknown")]
    [InlineData("\"ram_bytes\": 262144", "\"ram_bytes\": -5", "\"ram_bytes\"", "field 'ram_bytes' is -5, which is not within 1024 to 1099511627776")]
    [InlineData("\"ram_bytes\": 262144", "\"ram_bytes\": \"much\"", "\"ram_bytes\"", "field 'ram_bytes' is 'much', which is not a whole number")]
    [InlineData("\"ram_bytes\": 262144", "\"ram_bytes\": 4096.5", "\"ram_bytes\"", "field 'ram_bytes' is 4096.5, which is not a whole number")]
    [InlineData("\"ram_bytes\": 262144", "\"ram_bytes\": 1e999", "\"ram_bytes\"", "field 'ram_bytes' is")]
    [InlineData("\"stack_bytes\": 65536", "\"stack_bytes\": 262144", "\"stack_bytes\"", "field 'stack_bytes' is 262144, which leaves nothing of the 262144 bytes of ram_bytes")]
    [InlineData("\"frame_milliseconds\": 27", "\"frame_milliseconds\": 81", "\"frame_milliseconds\"", "field 'frame_milliseconds' is 81, which is not within 0.001 to 80")]
    [InlineData("\"buzzer_hz\": [100, 10000]", "\"buzzer_hz\": [10000, 100]", "\"buzzer_hz\"", "field 'buzzer_hz' is [10000, 100], which is not a list of two whole numbers within 20 to 20000, the lower first")]
    [InlineData("\"audio_output\": \"i2s\"", "\"audio_output\": \"speaker\"", "\"audio_output\"", "field 'audio_output' is 'speaker', which is none of none, pwm_dac, dac, i2s")]
    [InlineData("\"weight_layout\": \"blocked\"", "\"weight_layout\": 1", "\"weight_layout\"", "field 'weight_layout' is 1, which is not a text")]
    [InlineData("\"neon\", ", "\"sse\", ", "\"kernels\"", "an entry of field 'kernels' is 'sse', which is none of portable,")]
    [InlineData("[\"portable\", ", "[", "\"kernels\"", "which lacks 'portable'")]
    [InlineData("\"libraries\": [\"shared\", \"static\"]", "\"libraries\": []", "\"libraries\"", "which does not name 'shared', 'static' or both")]
    [InlineData("\"system\": \"linux\"", "\"system\": \"bare_metal\"", "\"libraries\"", "field 'libraries' is ['shared', 'static'], which names a shared library")]
    [InlineData("\"system\": \"linux\"", "\"system\": \"host\"", "\"system\"", "field 'system' is 'host', which has the compiler of this machine")]
    [InlineData("\"clock_hz\": 1500000000,", "", "\"instruction_model\"", "which says nothing about time without clock_hz")]
    [InlineData("\"ram_bytes\": 8388608", "\"ram_bytes\": 65536", "\"stack_bytes\"", "field 'stack_bytes' is 65536, which leaves nothing of the 65536 bytes of full_model.ram_bytes")]
    [InlineData("\"ram_bytes\": 8388608", "\"ram\": 8388608", "\"full_model\"", "field 'full_model.ram_bytes' is missing")]
    [InlineData("\"ram_bytes\": 8388608", "\"ram_bytes\": 8388608, \"clock\": 1", "\"full_model\"", "field 'full_model.clock' is unknown; known here are flash_bytes, frame_milliseconds, ram_bytes.")]
    [InlineData("\"depthwise\": 2.15", "\"depthwise\": 0", "\"instruction_model\"", "field 'instruction_model.depthwise' is 0, which is not within 0.001 to 100000")]
    [InlineData("\"sample\": 651", "\"samples\": 651", "\"instruction_model\"", "field 'instruction_model.sample' is missing")]
    [InlineData("\"cmake_toolchain\": \"toolchain.cmake\"", "\"cmake_toolchain\": \"../rpi3/toolchain.cmake\"", "\"cmake_toolchain\"", "which is not a file in the board's folder")]
    [InlineData("\"libc6-dev-arm64-cross\"", "\"libc6; rm -rf\"", "\"packages\": [\"gcc-a", "which has an entry that is not the name of a Debian package")]
    [InlineData("\"prefix\": \"aarch64-linux-gnu-\"", "\"prefix\": \"/bin/evil-\"", "\"prefix\"", "which is not made of letters")]
    [InlineData("\"name\": \"rpi4\"", "\"name\": \"rpi5\"", "\"name\"", "field 'name' is 'rpi5', which is not the name of its folder, 'rpi4'")]
    [InlineData("\"processor\"", "\"name\": \"twice\",\n  \"processor\"", "\"name\": \"twice\"", "field 'name' stands here for the second time")]
    [InlineData("\"ram_bytes\": 262144,", "\"ram_bytes\": 262144", "\"stack_bytes\"", "is not valid JSON")]
    [InlineData("\"toolchain\": {", "\"toolchain\": [{}], \"emulater\": {", "\"toolchain\": [", "field 'toolchain' is [an object], which is not an object")]
    public void What_cannot_be_is_refused_with_the_file_and_the_line(string before, string after, string at, string what)
    {
        string good = BoardFolder.TextOf("rpi4"), text = good.Replace(before, after, StringComparison.Ordinal);
        Assert.NotEqual(good, text);
        using var folder = new BoardFolder("rpi4", text);
        folder.Add("toolchain.cmake", "");
        int line = text[..text.IndexOf(at, StringComparison.Ordinal)].Count(c => c == '\n') + 1;

        var e = Assert.Throws<BuildException>(() => Board.Load(folder.Path));

        Assert.StartsWith($"{folder.BoardPath}, line {line}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(what, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"name\": {\"a\": {\"b\": {\"c\": {\"d\": 1}}}}}")]
    [InlineData("{} {}")]
    public void Anything_else_is_refused_with_the_file_and_the_line(string text)
    {
        using var folder = new BoardFolder("any", text);

        Assert.StartsWith($"{folder.BoardPath}, line 1: ", Assert.Throws<BuildException>(() => Board.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_any_length_is_refused_before_it_is_read()
    {
        using var folder = new BoardFolder("any", new string(' ', 65537));

        Assert.Equal($"{folder.BoardPath}: is 65537 bytes long; a board needs at most 65536.", Assert.Throws<BuildException>(() => Board.Load(folder.Path)).Message);
    }
}
