namespace ImageHub.Domain.WebDav;

/// <summary>
/// An upload to an address where something is already, as long as it has not succeeded. Some clients delete the address of each upload that fails, because other
/// servers leave an incomplete file there.
/// </summary>
public sealed class ReplacingUpload
{
    /// <summary>The maximum number of rows per account; new ones replace those that end first.</summary>
    public const int MaxCount = 1_000;

    /// <summary>The time during which a running upload protects its address, even if the server that receives it is killed.</summary>
    public static readonly TimeSpan ProtectionWhileRunning = TimeSpan.FromHours(1);

    /// <summary>The time during which a failed upload protects its address.</summary>
    public static readonly TimeSpan ProtectionAfterFailure = TimeSpan.FromMinutes(1);

    private ReplacingUpload()
    {
    }

    /// <summary>Its id.</summary>
    public Guid Id { get; private init; }

    /// <summary>The account that sends the file.</summary>
    public Guid AccountId { get; private init; }

    /// <summary>The SHA-256 hash of the folder's id and the name.</summary>
    public byte[] PlaceHash { get; private init; } = [];

    /// <summary>The time until which the account cannot delete the address.</summary>
    public DateTimeOffset ProtectedUntil { get; private set; }

    /// <summary>Creates a row.</summary>
    public static ReplacingUpload Create(Guid accountId, byte[] placeHash, DateTimeOffset protectedUntil) =>
        new() { Id = Guid.CreateVersion7(), AccountId = accountId, PlaceHash = placeHash, ProtectedUntil = protectedUntil };
}
