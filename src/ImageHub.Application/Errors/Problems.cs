namespace ImageHub.Application.Errors;

/// <summary>The kind of a problem: its cause, and whether the same request may succeed.</summary>
public enum ProblemKind
{
    /// <summary>The caller causes it. A corrected, authorized or later request may succeed.</summary>
    Correctable,

    /// <summary>The caller causes it. The same request, with the same file, ends in the same way.</summary>
    Final,

    /// <summary>The server causes it, by an error or a missing ability.</summary>
    Internal,

    /// <summary>A part of the server is busy or does not answer. The same request may succeed later.</summary>
    Unavailable,
}

/// <summary>A problem, as it travels.</summary>
/// <param name="Code">A stable camelCase word.</param>
/// <param name="Status">The HTTP status of the contract. Only the API acts on it; decisions in this layer are made by the kind.</param>
/// <param name="Kind">The kind of problem.</param>
/// <param name="Title">The same few words each time.</param>
public sealed record Problem(string Code, int Status, ProblemKind Kind, string Title)
{
    /// <summary>Whether the request or its file is the cause, and not the server.</summary>
    public bool IsCausedByCaller => Kind is ProblemKind.Correctable or ProblemKind.Final;
}

/// <summary>All problems that the API returns. The OpenAPI document lists them by code, status and title.</summary>
public static class Problems
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Problem> All => [.. typeof(Problems).GetFields().Select(member => (Problem)member.GetValue(null)!)];

    /// <summary>The request is refused before it reaches a route, with whatever 4xx says why.</summary>
    public static readonly Problem RequestRefused = new("requestRefused", 400, ProblemKind.Correctable, "The request is refused");

    /// <summary>Path, query, headers or JSON are wrong.</summary>
    public static readonly Problem ValidationFailed = new("validationFailed", 400, ProblemKind.Correctable, "The request is not valid");

    /// <summary>The body cannot be parsed.</summary>
    public static readonly Problem MalformedBody = new("malformedBody", 400, ProblemKind.Correctable, "The request body cannot be read");

    /// <summary>No or wrong credentials for a route that needs some.</summary>
    public static readonly Problem Unauthorized = new("unauthorized", 401, ProblemKind.Correctable, "Signing in is required");

    /// <summary>User name and password do not belong together.</summary>
    public static readonly Problem InvalidCredentials = new("invalidCredentials", 401, ProblemKind.Correctable, "The user name or password is wrong");

    /// <summary>The link has a password, which has not been given.</summary>
    public static readonly Problem PasswordRequired = new("passwordRequired", 401, ProblemKind.Correctable, "A password is required");

    /// <summary>Another password than the link's.</summary>
    public static readonly Problem WrongPassword = new("wrongPassword", 401, ProblemKind.Correctable, "The password is wrong");

    /// <summary>The refresh token is unknown, expired or its session has ended.</summary>
    public static readonly Problem InvalidRefreshToken = new("invalidRefreshToken", 401, ProblemKind.Correctable, "The session is over");

    /// <summary>The refresh token was used a moment ago, by another tab; the session lives.</summary>
    public static readonly Problem RefreshRaced = new("refreshRaced", 401, ProblemKind.Correctable, "The refresh token was just used");

    /// <summary>The caller's role does not allow it.</summary>
    public static readonly Problem Forbidden = new("forbidden", 403, ProblemKind.Final, "This is not allowed");

    /// <summary>The API key's scopes do not allow it.</summary>
    public static readonly Problem InsufficientScope = new("insufficientScope", 403, ProblemKind.Final, "The API key does not allow this");

    /// <summary>The caller's tier does not have it.</summary>
    public static readonly Problem TierForbids = new("tierForbids", 403, ProblemKind.Final, "The tier does not allow this");

    /// <summary>A cookie alone does not authorize a change of state.</summary>
    public static readonly Problem CsrfHeaderMissing = new("csrfHeaderMissing", 403, ProblemKind.Final, "The X-Requested-With header is missing");

    /// <summary>Unknown, malformed or not to be known by the caller.</summary>
    public static readonly Problem NotFound = new("notFound", 404, ProblemKind.Final, "Not found");

    /// <summary>The route exists, the method does not.</summary>
    public static readonly Problem MethodNotAllowed = new("methodNotAllowed", 405, ProblemKind.Correctable, "The method is not allowed");

    /// <summary>The body came too slowly.</summary>
    public static readonly Problem RequestTimeout = new("requestTimeout", 408, ProblemKind.Correctable, "The request took too long");

    /// <summary>Another image of the group has that name.</summary>
    public static readonly Problem DuplicateFileName = new("duplicateFileName", 409, ProblemKind.Final, "The file name is taken");

    /// <summary>Another image of the group has the same bytes.</summary>
    public static readonly Problem DuplicateContent = new("duplicateContent", 409, ProblemKind.Final, "The same file is there already");

    /// <summary>The product has a record of that time.</summary>
    public static readonly Problem DuplicateRecord = new("duplicateRecord", 409, ProblemKind.Final, "The record is there already");

    /// <summary>Another tier has that name.</summary>
    public static readonly Problem DuplicateTierName = new("duplicateTierName", 409, ProblemKind.Final, "The tier's name is taken");

    /// <summary>Users have the tier, or new ones get it.</summary>
    public static readonly Problem TierInUse = new("tierInUse", 409, ProblemKind.Final, "The tier is in use");

    /// <summary>Another account has that name.</summary>
    public static readonly Problem DuplicateUserName = new("duplicateUserName", 409, ProblemKind.Final, "The user name is taken");

    /// <summary>Without this account nobody could curate.</summary>
    public static readonly Problem LastAdmin = new("lastAdmin", 409, ProblemKind.Final, "The last admin cannot be removed");

    /// <summary>The image is a user's, and in no group.</summary>
    public static readonly Problem OwnedByUser = new("ownedByUser", 409, ProblemKind.Final, "The image belongs to a user");

    /// <summary>The image is a group's, and no user's.</summary>
    public static readonly Problem OwnedByGroup = new("ownedByGroup", 409, ProblemKind.Final, "The image belongs to a group");

    /// <summary>The user whose image it is has been deleted.</summary>
    public static readonly Problem OwnerDeleted = new("ownerDeleted", 409, ProblemKind.Final, "The image's owner is gone");

    /// <summary>The image's group lies in the trash.</summary>
    public static readonly Problem GroupInTrash = new("groupInTrash", 409, ProblemKind.Final, "The group is in the trash");

    /// <summary>Only what lies in the trash can be restored or deleted for good.</summary>
    public static readonly Problem NotInTrash = new("notInTrash", 404, ProblemKind.Final, "It is not in the trash");

    /// <summary>As many guests have chosen images with the link as may.</summary>
    public static readonly Problem TooManyGuests = new("tooManyGuests", 409, ProblemKind.Final, "The link has too many guests");

    /// <summary>The link has expired or is used up, and cannot be changed.</summary>
    public static readonly Problem LinkEnded = new("linkEnded", 409, ProblemKind.Final, "The link has ended");

    /// <summary>The guest has chosen as many images as may be.</summary>
    public static readonly Problem TooManyFavourites = new("tooManyFavourites", 409, ProblemKind.Final, "The guest has chosen too many images");

    /// <summary>The settings of OneDrive are missing.</summary>
    public static readonly Problem OneDriveNotConfigured = new("oneDriveNotConfigured", 409, ProblemKind.Final, "OneDrive is not configured");

    /// <summary>No OneDrive is connected, or consent is gone.</summary>
    public static readonly Problem OneDriveNotConnected = new("oneDriveNotConnected", 409, ProblemKind.Final, "OneDrive is not connected");

    /// <summary>OneDrive does not do it: a name that it does not allow, no space left, a locked file.</summary>
    public static readonly Problem OneDriveRefused = new("oneDriveRefused", 409, ProblemKind.Final, "OneDrive refuses this");

    /// <summary>The account has as many unfinished uploads as it may have.</summary>
    public static readonly Problem TooManyOpenUploads = new("tooManyOpenUploads", 409, ProblemKind.Final, "Too many uploads are unfinished");

    /// <summary>A part of a resumable upload begins elsewhere than where the upload stands.</summary>
    public static readonly Problem OffsetMismatch = new("offsetMismatch", 409, ProblemKind.Correctable, "The upload stands at another offset");

    /// <summary>A resumable upload that was refused for good, or ended by its client.</summary>
    public static readonly Problem UploadGone = new("uploadGone", 410, ProblemKind.Final, "The upload has ended");

    /// <summary>A file of an upload batch that never came. It stands on the receipt.</summary>
    public static readonly Problem Expired = new("expired", 410, ProblemKind.Final, "The file was never sent");

    /// <summary>The version that the request is for (<c>If-Match</c>) is not there.</summary>
    public static readonly Problem PreconditionFailed = new("preconditionFailed", 412, ProblemKind.Correctable, "The precondition does not hold");

    /// <summary>Another version of the tus protocol than this server speaks.</summary>
    public static readonly Problem UnsupportedTusVersion = new("unsupportedTusVersion", 412, ProblemKind.Correctable, "The tus version is not supported");

    /// <summary>A file beyond the size limit.</summary>
    public static readonly Problem FileTooLarge = new("fileTooLarge", 413, ProblemKind.Final, "The file is too large");

    /// <summary>The owner's files would take more than the tier allows.</summary>
    public static readonly Problem QuotaExceeded = new("quotaExceeded", 413, ProblemKind.Final, "The quota is used up");

    /// <summary>A body beyond the size limit of its route.</summary>
    public static readonly Problem BodyTooLarge = new("bodyTooLarge", 413, ProblemKind.Final, "The request body is too large");

    /// <summary>More files than one request may carry.</summary>
    public static readonly Problem TooManyFiles = new("tooManyFiles", 413, ProblemKind.Final, "Too many files in one request");

    /// <summary>The content is no accepted image format.</summary>
    public static readonly Problem UnsupportedFormat = new("unsupportedFormat", 415, ProblemKind.Final, "The format is not supported");

    /// <summary>The request's media type is not the route's.</summary>
    public static readonly Problem UnsupportedMediaType = new("unsupportedMediaType", 415, ProblemKind.Final, "The media type is not supported");

    /// <summary>A range outside the bytes.</summary>
    public static readonly Problem RangeNotSatisfiable = new("rangeNotSatisfiable", 416, ProblemKind.Correctable, "The range lies outside the file");

    /// <summary>An image that is empty, truncated or damaged.</summary>
    public static readonly Problem CorruptImage = new("corruptImage", 422, ProblemKind.Final, "The image is damaged");

    /// <summary>An image whose decoding would take more memory or time than the settings allow.</summary>
    public static readonly Problem TooComplex = new("tooComplex", 422, ProblemKind.Final, "The image is too complex");

    /// <summary>The file has another SHA-256 hash than was announced.</summary>
    public static readonly Problem HashMismatch = new("hashMismatch", 422, ProblemKind.Final, "The file is not the one that was announced");

    /// <summary>More pixels than allowed.</summary>
    public static readonly Problem TooManyPixels = new("tooManyPixels", 422, ProblemKind.Final, "The image has too many pixels");

    /// <summary>Too many requests or attempts.</summary>
    public static readonly Problem TooManyRequests = new("tooManyRequests", 429, ProblemKind.Correctable, "Too many requests");

    /// <summary>The bytes of a part have another checksum than was sent (tus 1.0, checksum extension).</summary>
    public static readonly Problem ChecksumMismatch = new("checksumMismatch", 460, ProblemKind.Correctable, "The checksum does not match");

    /// <summary>An error of the server's own.</summary>
    public static readonly Problem Unexpected = new("unexpected", 500, ProblemKind.Internal, "Internal server error");

    /// <summary>Another format of an embedding than JSON (oEmbed 1.0, section 2.3.1).</summary>
    public static readonly Problem EmbedFormatNotImplemented = new("embedFormatNotImplemented", 501, ProblemKind.Internal, "The format is not implemented");

    /// <summary>Too much is going on at once.</summary>
    public static readonly Problem ServerBusy = new("serverBusy", 503, ProblemKind.Unavailable, "The server is busy");

    /// <summary>The database does not answer.</summary>
    public static readonly Problem DatabaseUnavailable = new("databaseUnavailable", 503, ProblemKind.Unavailable, "The database cannot be reached");

    /// <summary>The bytes of an image are gone or damaged, and cannot be made again. It has no <c>Retry-After</c>.</summary>
    public static readonly Problem ObjectLost = new("objectLost", 503, ProblemKind.Unavailable, "The file is lost");

    /// <summary>The object store does not answer.</summary>
    public static readonly Problem StorageUnavailable = new("storageUnavailable", 503, ProblemKind.Unavailable, "The object store cannot be reached");

    /// <summary>Microsoft does not answer, or asks to wait.</summary>
    public static readonly Problem OneDriveUnavailable = new("oneDriveUnavailable", 503, ProblemKind.Unavailable, "OneDrive cannot be reached");
}
