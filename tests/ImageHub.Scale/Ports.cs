namespace ImageHub.Scale;

/// <summary>The ports of a run, all on 127.0.0.1.</summary>
internal static class Ports
{
    /// <summary>nginx in front of the instances.</summary>
    public const int Front = 6200;

    /// <summary>nginx between the instances and the S3 store.</summary>
    public const int StoreGate = 6201;

    public const int Primary = 6210;
    public const int Standby = 6211;

    /// <summary>The ports of the instances follow: 6221 is the first instance.</summary>
    public const int Instances = 6220;

    /// <summary>The ports of the instances' metrics follow.</summary>
    public const int Metrics = 6230;

    public const int Store = 6260;

    /// <summary>The first port for Ceph's daemons, which use up to 20.</summary>
    public const int Ceph = 6270;

    public const int CephMonitor = 6290;
}
