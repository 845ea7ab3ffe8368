using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Webhooks;

namespace ImageHub.Application.Webhooks;

/// <summary>A guest has submitted a choice, for the first time or again.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="GroupId">The group that it leads to.</param>
/// <param name="Title">The group's title.</param>
/// <param name="GuestId">Which guest.</param>
/// <param name="Name">What the guest is called.</param>
/// <param name="Count">How many images of the group are chosen.</param>
/// <param name="SubmittedAt">When it was submitted.</param>
public sealed record FavouritesSubmitted(Guid LinkId, Guid GroupId, string Title, Guid GuestId, string Name, int Count, DateTimeOffset SubmittedAt);

/// <summary>Every file of an upload batch has its result.</summary>
/// <param name="BatchId">The batch, as in <c>GET uploads/{id}</c>.</param>
/// <param name="GroupId">The group that the files were for; null: the account's own images.</param>
/// <param name="Total">How many files were announced.</param>
/// <param name="Uploaded">How many became images.</param>
/// <param name="Duplicate">How many were there already.</param>
/// <param name="Failed">How many were refused, or never came.</param>
/// <param name="CreatedAt">When the batch was announced.</param>
public sealed record BatchFinished(Guid BatchId, Guid? GroupId, int Total, int Uploaded, int Duplicate, int Failed, DateTimeOffset CreatedAt);

/// <summary>An import has ended.</summary>
/// <param name="ImportId">The import, as in <c>GET imports/{id}</c>.</param>
/// <param name="State"><c>done</c>, <c>cancelled</c> or <c>failed</c>.</param>
/// <param name="Total">Files found.</param>
/// <param name="Uploaded">Files that are new images.</param>
/// <param name="Skipped">Files whose bytes were in the group already.</param>
/// <param name="Failed">Files that could not be taken.</param>
public sealed record ImportFinished(Guid ImportId, ImportState State, int Total, int Uploaded, int Skipped, int Failed);

/// <summary>An object of an image is lost or changed and cannot be made again.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="GroupId">Its group; null: it is a user's image.</param>
/// <param name="FileName">Its file name.</param>
/// <param name="Variant">Which bytes: <c>low</c>, <c>medium</c>, <c>high</c>, <c>full</c> or <c>original</c>.</param>
/// <param name="Since">When it was found.</param>
public sealed record ObjectLost(Guid ImageId, Guid? GroupId, string FileName, string Variant, DateTimeOffset Since);

/// <summary>What is sent.</summary>
/// <typeparam name="TData">What happened.</typeparam>
/// <param name="Id">UUIDv7, the same at each attempt.</param>
/// <param name="Event">Which event: it says what <paramref name="Data"/> has.</param>
/// <param name="At">When it happened.</param>
/// <param name="Data">What happened.</param>
public sealed record WebhookMessage<TData>(Guid Id, WebhookKind Event, DateTimeOffset At, TData Data)
{
    // As the API's answers: names in camel case, times in UTC with Z.
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new UtcTimes() },
    };

    /// <summary>It as JSON.</summary>
    internal string ToJson() => JsonSerializer.Serialize(this, Json);

    private sealed class UtcTimes : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
    }
}
