using System.Net;
using System.Net.Sockets;
using ImageHub.Infrastructure.Http;

namespace ImageHub.UnitTests.Http;

public sealed class PublicAddressesTests
{
    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.169.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("2a00:1450:4001::200e")]
    public void A_public_address_is_allowed(string address) => new PublicAddresses([]).Allows(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:7f00:1::")]
    [InlineData("2001:db8::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void A_private_or_reserved_address_is_refused(string address) => new PublicAddresses([]).Allows(IPAddress.Parse(address)).ShouldBeFalse();

    [Fact]
    public void An_address_in_a_network_allowed_by_the_setting_is_allowed()
    {
        var addresses = new PublicAddresses([IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("fd00:1::/32")]);

        addresses.Allows(IPAddress.Parse("10.1.2.3")).ShouldBeTrue();
        addresses.Allows(IPAddress.Parse("fd00:1::5")).ShouldBeTrue();
        addresses.Allows(IPAddress.Parse("10.2.2.3")).ShouldBeFalse();
        addresses.Allows(IPAddress.Parse("::ffff:10.1.2.3")).ShouldBeTrue();
        addresses.Allows(IPAddress.Parse("::ffff:10.2.2.3")).ShouldBeFalse();
    }

    /// <summary>A listener on this machine would receive each connection that the guard lets through.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("0177.0.0.1")]
    [InlineData("0x7f.1")]
    [InlineData("0")]
    [InlineData("0.0.0.0")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("localhost")]
    public async Task A_connection_to_this_machine_is_refused_in_every_notation(string host)
    {
        using var listener = Listen();
        using var client = Client(new PublicAddresses([]));

        var failure = await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync($"http://{host}:{((IPEndPoint)listener.LocalEndpoint).Port}/"));

        failure.InnerException.ShouldBeOfType<AddressRefusedException>();
        listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_that_resolves_to_this_machine_later_is_refused_then()
    {
        using var listener = Listen();
        var answers = new Queue<IPAddress>([IPAddress.Parse("8.8.8.8"), IPAddress.Loopback]);
        Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>([answers.Dequeue()]);
        var addresses = new PublicAddresses([], Resolve);
        using var client = Client(addresses);

        // The guard must check the address on connecting, because a check of the name before the request passes.
        (await Resolve("rebinding.example", CancellationToken.None)).ShouldAllBe(address => addresses.Allows(address));
        var failure = await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync($"http://rebinding.example:{((IPEndPoint)listener.LocalEndpoint).Port}/"));

        failure.InnerException.ShouldBeOfType<AddressRefusedException>();
        listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task Only_the_allowed_addresses_of_a_name_are_connected_to()
    {
        using var listener = Listen();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var addresses = new PublicAddresses([IPNetwork.Parse("127.0.0.1/32")], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]));
        using var client = Client(addresses);

        using var enough = new CancellationTokenSource();
        var asking = client.GetAsync($"http://both.example:{port}/", enough.Token);
        using var accepted = await listener.AcceptSocketAsync();

        ((IPEndPoint)accepted.LocalEndPoint!).Address.MapToIPv4().ShouldBe(IPAddress.Loopback);
        await enough.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asking);
    }

    private static HttpClient Client(PublicAddresses addresses) => new(new SocketsHttpHandler { UseProxy = false, ConnectCallback = addresses.ConnectAsync });

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.IPv6Any, 0) { Server = { DualMode = true } };
        listener.Start();
        return listener;
    }
}
