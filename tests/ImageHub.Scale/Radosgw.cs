using Amazon.Runtime;
using Amazon.S3;

namespace ImageHub.Scale;

/// <summary>Ceph's S3 server (radosgw) on a cluster of one monitor, one manager and one object storage daemon, which keeps the objects in memory.</summary>
internal sealed class Radosgw(string folder) : IAsyncDisposable
{
    public const string Bucket = "imagehub";
    public const string AccessKey = "imagehub";
    public const string SecretKey = "scale-walnut-drawer-8831";

    private readonly List<Daemon> daemons = [];

    private string Configuration => Path.Combine(folder, "ceph.conf");

    public static Task<string> VersionAsync() => Programs.RunAsync("radosgw", "--version");

    public async Task StartAsync()
    {
        foreach (var part in (string[])["mon", "mgr", "osd", "rgw", "run"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        var cluster = Guid.NewGuid().ToString();
        var keyring = Path.Combine(folder, "keyring");
        await File.WriteAllTextAsync(Configuration, $"""
            [global]
            fsid = {cluster}
            mon_host = v2:127.0.0.1:{Ports.CephMonitor}
            mon_initial_members = a
            public_addr = 127.0.0.1
            ms_bind_ipv6 = false
            ms_bind_port_min = {Ports.Ceph}
            ms_bind_port_max = {Ports.Ceph + 19}
            keyring = {keyring}
            run_dir = {folder}/run
            admin_socket = {folder}/run/$name.asok
            log_file = {folder}/$name.log
            mon_data = {folder}/mon
            mgr_data = {folder}/mgr
            osd_data = {folder}/osd
            mon_data_avail_warn = 1
            mon_data_avail_crit = 0
            mon_allow_pool_size_one = true
            osd_objectstore = memstore
            memstore_device_bytes = {4L << 30}
            osd_crush_chooseleaf_type = 0
            osd_pool_default_size = 1
            osd_pool_default_pg_num = 8
            osd_pool_default_pg_autoscale_mode = off
            [client.rgw]
            keyring = {keyring}
            rgw_data = {folder}/rgw
            rgw_frontends = beast endpoint=127.0.0.1:{Ports.Store}
            rgw_thread_pool_size = 64

            """);
        await Programs.RunAsync("ceph-authtool", "--create-keyring", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *");
        foreach (var name in (string[])["client.admin", "client.rgw", "mgr.x", "osd.0"])
        {
            await Programs.RunAsync("ceph-authtool", keyring, "--gen-key", "-n", name, "--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *");
        }

        var map = Path.Combine(folder, "monmap");
        await Programs.RunAsync("monmaptool", "--create", "--addv", "a", $"[v2:127.0.0.1:{Ports.CephMonitor}]", "--fsid", cluster, map);
        await RunAsync("ceph-mon", "-i", "a", "--mkfs", "--monmap", map, "--keyring", keyring);
        Start("ceph-mon", "-i", "a");
        var disk = Guid.NewGuid().ToString();
        await RunAsync("ceph", "osd", "new", disk);
        await RunAsync("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk);
        Start("ceph-mgr", "-i", "x");
        Start("ceph-osd", "-i", "0");
        await Programs.UntilAsync("Ceph's object storage daemon is up", async () => (await RunAsync("ceph", "osd", "stat")).Contains("1 up", StringComparison.Ordinal));
        await RunAsync("radosgw-admin", "user", "create", "--uid=imagehub", "--display-name=ImageHub", $"--access-key={AccessKey}", $"--secret-key={SecretKey}");
        Start("radosgw", "-n", "client.rgw");
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config { ServiceURL = $"http://127.0.0.1:{Ports.Store}", AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        await Programs.UntilAsync("radosgw creates a bucket", async () =>
        {
            try
            {
                await client.PutBucketAsync(Bucket);
                return true;
            }
            catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException)
            {
                return false;
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in Enumerable.Reverse(daemons))
        {
            await daemon.DisposeAsync();
        }
    }

    private Task<string> RunAsync(string program, params IEnumerable<string> arguments) => Programs.RunAsync(program, ["-c", Configuration, .. arguments]);

    private void Start(string program, params IEnumerable<string> arguments) =>
        daemons.Add(new Daemon(Path.Combine(folder, $"{program}.out"), program, ["-c", Configuration, .. arguments, "-f"]));
}
