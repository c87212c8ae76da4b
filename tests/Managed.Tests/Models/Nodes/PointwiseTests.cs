using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Nodes;

/// <summary>Activations and normalizations against values of numpy and scipy.</summary>
public sealed class PointwiseTests
{
    // import numpy as np; from scipy.special import erf, expit
    // x = np.array([-12, -4, -1, -0.1, -1e-4, 0, 1e-4, 0.3, 1, 2.5, 9.5])
    private static readonly float[] X = [-12, -4, -1, -0.1f, -1e-4f, 0, 1e-4f, 0.3f, 1, 2.5f, 9.5f];

    public static TheoryData<ActivationKind, double[]> Activations => new()
    {
        // 0.5 * x * (1 + erf(x / np.sqrt(2)))
        {
            ActivationKind.Gelu,
            [0, -0.00012668496733247991, -0.15865525393145707, -0.0460172162722971, -4.9996010577202634e-05, 0, 5.000398942279737e-05, 0.18537342665668577, 0.8413447460685429, 2.4844758366855597, 9.5]
        },

        // np.where(x > 0, x, np.expm1(x))
        {
            ActivationKind.Elu,
            [-0.9999938557876467, -0.9816843611112658, -0.6321205588285577, -0.09516258196404043, -9.999500016666251e-05, 0, 0.0001, 0.3, 1, 2.5, 9.5]
        },

        // x * expit(x)
        {
            ActivationKind.Silu,
            [-7.373009522657661e-05, -0.07194483984836623, -0.2689414213699951, -0.047502081252106004, -4.9997500000002084e-05, 0, 5.000249999999792e-05, 0.1723327550434977, 0.7310585786300049, 2.3103545499468914, 9.49928896083865]
        },
    };

    [Theory]
    [MemberData(nameof(Activations))]
    public void An_activation_is_exact_to_float32(ActivationKind kind, double[] expected)
    {
        float[] actual = NodeRun.Whole(new ActivationNode("y", new InputNode("x", 1, 1), kind), ("x", new FloatTensor(X.Length, 1, X))).Data;
        for (int i = 0; i < X.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], (2e-7 * Math.Abs(expected[i])) + 1e-11);
        }
    }

    [Fact]
    public void The_normal_distribution_function_is_that_of_scipy()
    {
        // from scipy.stats import norm; norm.cdf([-8.5, -3.3, -0.77, 0.001, 1.9, 6.1])
        double[] x = [-8.5, -3.3, -0.77, 0.001, 1.9, 6.1];
        double[] expected = [9.479534822203318e-18, 0.00048342414238377744, 0.22064994634264962, 0.5003989422139109, 0.9712834401839981, 0.9999999994696577];
        Assert.All(x.Zip(expected), p => Assert.Equal(p.Second, NormalDistribution.Cdf(p.First), 1e-11));
        Assert.Equal(1, NormalDistribution.Cdf(double.PositiveInfinity));
        Assert.Equal(0, NormalDistribution.Cdf(-30));
        Assert.Equal(double.NaN, NormalDistribution.Cdf(double.NaN));
    }

    [Fact]
    public void Layer_norm_is_that_of_numpy()
    {
        // x = np.array([[1, -2, 3, 0.5], [0, 0, 0, 1.]]); g = np.array([1, 2, -1, 0.5]); b = np.array([0, 0.1, 0.2, 0.3])
        // (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5) * g + b
        var x = new FloatTensor(2, 4, [1, -2, 3, 0.5f, 0, 0, 0, 1]);
        float[] y = NodeRun.Whole(new LayerNormNode("y", new InputNode("x", 1, 4), 1e-5, [1, 2, -1, 0.5f], [0, 0.1f, 0.2f, 0.3f]), ("x", x)).Data;
        NodeRun.Close([0.21055839f, -2.8478175f, -1.1335365f, 0.26490694f, -0.57733487f, -1.0546697f, 0.77733487f, 1.1660023f], y, 3e-7);
        float[] plain = NodeRun.Whole(new LayerNormNode("y", new InputNode("x", 1, 4), 1e-5), ("x", x)).Data;
        NodeRun.Close([0.21055839f, (-2.8478175f - 0.1f) / 2, 1.3335365f, (0.26490694f - 0.3f) * 2], plain.AsSpan(0, 4), 3e-7);
    }

    [Fact]
    public void Rms_norm_is_that_of_numpy()
    {
        // x / np.sqrt((x ** 2).mean(1, keepdims=True) + 1e-5) * g
        var x = new FloatTensor(2, 4, [1, -2, 3, 0.5f, 0, 0, 0, 1]);
        float[] y = NodeRun.Whole(new RmsNormNode("y", new InputNode("x", 1, 4), 1e-5, [1, 2, -1, 0.5f]), ("x", x)).Data;
        NodeRun.Close([0.5298122f, -2.1192488f, -1.5894366f, 0.13245305f, 0, 0, 0, 0.9999800f], y, 3e-7);
    }

    [Fact]
    public void Snake_is_that_of_numpy()
    {
        // x = np.array([-3, -0.5, 0, 0.25, 2.]); a = np.exp([-1, 0, 0.5, 1, 2]); b = np.exp([0.5, -2, 0, 1, -1]); x + np.sin(a * x) ** 2 / (b + 1e-9)
        var x = new FloatTensor(1, 5, [-3, -0.5f, 0, 0.25f, 2]);
        float[] alpha = [0.36787944f, 1, 1.6487213f, 2.7182818f, 7.3890561f], beta = [1.6487213f, 0.13533528f, 1, 2.7182818f, 0.36787944f];
        NodeRun.Close([-2.5164833f, 1.1983660f, 0, 0.39529791f, 3.7463650f], NodeRun.Whole(new SnakeNode("y", new InputNode("x", 1, 5), alpha, beta), ("x", x)).Data, 3e-6);
    }

    [Fact]
    public void A_snake_whose_beta_vanishes_divides_by_epsilon()
    {
        var x = new FloatTensor(1, 1, [1e-5f]);
        Assert.Equal(1e-5 + (1e-10 / 1e-9), NodeRun.Whole(new SnakeNode("y", new InputNode("x", 1, 1), [1], [0]), ("x", x)).Data[0], 1e-6);
    }

    [Fact]
    public void The_logarithm_has_its_floor()
    {
        var x = new FloatTensor(1, 4, [0, -1, 0.01f, 2]);
        float[] y = NodeRun.Whole(new LogNode("y", new InputNode("x", 1, 4), 1e-3f), ("x", x)).Data;
        NodeRun.Close([-6.9077553f, -6.9077553f, -4.6051702f, 0.69314718f], y, 1e-6);
    }
}
