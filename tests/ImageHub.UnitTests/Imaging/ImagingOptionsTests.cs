using ImageHub.Application.Imaging;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Testing.Images;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.UnitTests.Imaging;

public sealed class ImagingOptionsTests
{
    [Fact]
    public void Defaults_are_valid()
    {
        var options = Bind();

        (options.Low.Width, options.Low.Height).ShouldBe((360, 230));
        (options.Medium.Width, options.Medium.Height).ShouldBe((720, 540));
        (options.High.Width, options.High.Height).ShouldBe((1400, 1050));
        options.MaxPixels.ShouldBe(100_000_000);
        options.LibVips.ShouldBe("bundled");
    }

    [Fact]
    public void One_side_of_a_box_can_be_set_alone()
    {
        var options = Bind("Imaging:Low:Height", "200");

        (options.Low.Width, options.Low.Height).ShouldBe((360, 200));
    }

    [Theory]
    [InlineData("Imaging:Low:Width", "0")]
    [InlineData("Imaging:Low:Height", "600")]
    [InlineData("Imaging:Medium:Width", "0")]
    [InlineData("Imaging:Medium:Height", "1051")]
    [InlineData("Imaging:High:Height", "500")]
    [InlineData("Imaging:High:Width", "20000")]
    [InlineData("Imaging:MaxPixels", "0")]
    [InlineData("Imaging:MemoryBudgetBytes", "5")]
    [InlineData("Imaging:MaxQueuedRenderings", "-1")]
    [InlineData("Imaging:LibVips", "")]
    public void A_value_out_of_range_is_refused_with_the_name_of_its_key(string key, string value)
    {
        var refusal = Should.Throw<OptionsValidationException>(() => Bind(key, value));

        refusal.Message.ShouldContain(key switch
        {
            "Imaging:Low:Height" => "Imaging:Low is 360×600; it must fit inside Imaging:Medium, 720×540.",
            "Imaging:Medium:Height" or "Imaging:High:Height" => "; it must fit inside Imaging:High",
            _ => key,
        });
        refusal.Message.ShouldContain("must");
        refusal.Message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("/no/such/library.so")]
    [InlineData("imagemagick")]
    public void A_library_that_cannot_be_loaded_is_refused_with_the_name_of_its_key(string setting)
    {
        var refusal = Should.Throw<OptionsValidationException>(() => LibVips.Load(setting, AppContext.BaseDirectory));

        refusal.Message.ShouldContain($"Imaging:LibVips is \"{setting}\"");
        refusal.Message.ShouldContain("It may be bundled");
        refusal.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void A_missing_bundled_library_is_reported_by_name()
    {
        var folder = Directory.CreateTempSubdirectory("imagehub-");

        // Call Find directly, because loading would return the already loaded library for any folder.
        Should.Throw<OptionsValidationException>(() => LibVips.Find("bundled", folder.FullName)).Message.ShouldContain(folder.FullName);

        folder.Delete();
    }

    [Fact]
    public void The_same_setting_returns_the_same_library() =>
        LibVips.Load(NativeImaging.Setting, AppContext.BaseDirectory).ShouldBeSameAs(LibVips.Load(NativeImaging.Setting, "/elsewhere"));

    private static ImagingOptions Bind(string key = "Imaging:None", string value = "")
    {
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]).Build())
            .AddImaging();
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ImagingOptions>>().Value;
    }
}
