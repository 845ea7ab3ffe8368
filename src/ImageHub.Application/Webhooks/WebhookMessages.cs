using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Webhooks;

namespace ImageHub.Application.Webhooks;

/// <summary>A guest has submitted favourites, for the first time or again.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="GroupId">The link's group.</param>
/// <param name="Title">The group's title.</param>
/// <param name="GuestId">The guest.</param>
/// <param name="Name">The guest's name.</param>
/// <param name="Count">The number of favourites in the group.</param>
/// <param name="SubmittedAt">The time of the submission.</param>
public sealed record FavouritesSubmitted(Guid LinkId, Guid GroupId, string Title, Guid GuestId, string Name, int Count, DateTimeOffset SubmittedAt);

/// <summary>Every file of an upload batch has its result.</summary>
/// <param name="BatchId">The batch, as in <c>GET uploads/{id}</c>.</param>
/// <param name="GroupId">The group that the files were for; null: the account's own images.</param>
/// <param name="Total">The number of announced files.</param>
/// <param name="Uploaded">The number of files that became images.</param>
/// <param name="Duplicate">The number of files that already existed.</param>
/// <param name="Failed">The number of files that were rejected or never arrived.</param>
/// <param name="CreatedAt">The time of the announcement.</param>
public sealed record BatchFinished(Guid BatchId, Guid? GroupId, int Total, int Uploaded, int Duplicate, int Failed, DateTimeOffset CreatedAt);

/// <summary>Every file of a guest's upload batch has its result. The photos await approval.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="GroupId">The link's group.</param>
/// <param name="Title">The group's title.</param>
/// <param name="GuestId">The guest, as in <c>sentBy</c> of the photos.</param>
/// <param name="Name">The guest's name.</param>
/// <param name="BatchId">The batch.</param>
/// <param name="Total">The number of announced files.</param>
/// <param name="Uploaded">The number of new photos: 1 or more.</param>
/// <param name="Duplicate">The number of files that the guest had sent before.</param>
/// <param name="Failed">The number of files that were rejected or never arrived.</param>
/// <param name="CreatedAt">The time of the announcement.</param>
public sealed record GuestUploadFinished(
    Guid LinkId, Guid GroupId, string Title, Guid GuestId, string Name, Guid BatchId, int Total, int Uploaded, int Duplicate, int Failed, DateTimeOffset CreatedAt);

/// <summary>An import has ended.</summary>
/// <param name="ImportId">The import, as in <c>GET imports/{id}</c>.</param>
/// <param name="State"><c>done</c>, <c>cancelled</c> or <c>failed</c>.</param>
/// <param name="Total">The number of files found.</param>
/// <param name="Uploaded">The number of new images.</param>
/// <param name="Skipped">The number of files whose content already existed in the group.</param>
/// <param name="Failed">The number of files that could not be imported.</param>
public sealed record ImportFinished(Guid ImportId, ImportState State, int Total, int Uploaded, int Skipped, int Failed);

/// <summary>An object of an image is lost or corrupt and cannot be restored.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="GroupId">The image's group; null for a user's image.</param>
/// <param name="FileName">The image's file name.</param>
/// <param name="Variant">The affected variant: <c>low</c>, <c>medium</c>, <c>high</c>, <c>full</c> or <c>original</c>.</param>
/// <param name="Since">The time of the discovery.</param>
public sealed record ObjectLost(Guid ImageId, Guid? GroupId, string FileName, string Variant, DateTimeOffset Since);

/// <summary>The message of a webhook.</summary>
/// <typeparam name="TData">The type of the event's data.</typeparam>
/// <param name="Id">A UUIDv7, the same at each attempt.</param>
/// <param name="Event">The kind of event, which determines the form of <paramref name="Data"/>.</param>
/// <param name="At">The time of the event.</param>
/// <param name="Data">The event's data.</param>
public sealed record WebhookMessage<TData>(Guid Id, WebhookKind Event, DateTimeOffset At, TData Data)
{
    // Names in camel case and times in UTC with Z, as in the API's responses.
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new UtcTimes() },
    };

    /// <summary>Serializes the message to JSON.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this, Json);

    private sealed class UtcTimes : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }
}
