using Qwen3Tokenizer.Edge.Fuzzing;

return NativeFuzzer.Emit(args[1]);
