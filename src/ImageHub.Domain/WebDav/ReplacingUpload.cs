namespace ImageHub.Domain.WebDav;

/// <summary>
/// A running or failed upload to an address where something already exists. Some clients delete the address of each upload that fails, because other servers
/// leave an incomplete file there.
/// </summary>
public sealed class ReplacingUpload
{
    /// <summary>The maximum number of rows per account; a new row replaces the row whose protection ends first.</summary>
    public const int MaxCount = 1_000;

    /// <summary>The time during which a running upload protects its address, even if the server that receives it is killed.</summary>
    public static readonly TimeSpan ProtectionWhileRunning = TimeSpan.FromHours(1);

    /// <summary>The time during which a failed upload protects its address.</summary>
    public static readonly TimeSpan ProtectionAfterFailure = TimeSpan.FromMinutes(1);

    private ReplacingUpload()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The account that sends the file.</summary>
    public Guid AccountId { get; private init; }

    /// <summary>The SHA-256 hash of the parent folder's id and of the name at the address.</summary>
    public byte[] PlaceHash { get; private init; } = [];

    /// <summary>The time until which the account cannot delete the address.</summary>
    public DateTimeOffset ProtectedUntil { get; private set; }

    /// <summary>Creates a row.</summary>
    public static ReplacingUpload Create(Guid accountId, byte[] placeHash, DateTimeOffset protectedUntil) =>
        new() { Id = Guid.CreateVersion7(), AccountId = accountId, PlaceHash = placeHash, ProtectedUntil = protectedUntil };
}
