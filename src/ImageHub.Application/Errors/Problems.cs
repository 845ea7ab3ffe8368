namespace ImageHub.Application.Errors;

/// <summary>A kind of problem, as in problem documents.</summary>
/// <param name="Code">A stable camelCase error code.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The title, the same text each time.</param>
public sealed record Problem(string Code, int Status, string Title);

/// <summary>All problems that the API returns. The OpenAPI document lists them by code, status and title.</summary>
public static class Problems
{
    /// <summary>All problems, ordered by status.</summary>
    public static IReadOnlyList<Problem> All =>
        [.. typeof(Problems).GetFields().Select(member => (Problem)member.GetValue(null)!).OrderBy(problem => problem.Status)];

    /// <summary>The server rejected the request before routing, with the 4xx status that applies.</summary>
    public static readonly Problem RequestRefused = new("requestRefused", 400, "The request is refused");

    /// <summary>The path, query, headers or JSON are invalid.</summary>
    public static readonly Problem ValidationFailed = new("validationFailed", 400, "The request is not valid");

    /// <summary>The body cannot be parsed.</summary>
    public static readonly Problem MalformedBody = new("malformedBody", 400, "The request body cannot be read");

    /// <summary>Missing or invalid credentials for a route that requires them.</summary>
    public static readonly Problem Unauthorized = new("unauthorized", 401, "Signing in is required");

    /// <summary>The user name or password is wrong.</summary>
    public static readonly Problem InvalidCredentials = new("invalidCredentials", 401, "The user name or password is wrong");

    /// <summary>The link has a password that has not been entered.</summary>
    public static readonly Problem PasswordRequired = new("passwordRequired", 401, "A password is required");

    /// <summary>The link's password is different.</summary>
    public static readonly Problem WrongPassword = new("wrongPassword", 401, "The password is wrong");

    /// <summary>The refresh token is unknown or expired, or its session has ended.</summary>
    public static readonly Problem InvalidRefreshToken = new("invalidRefreshToken", 401, "The session is over");

    /// <summary>The refresh token was just used by another tab; the session is still valid.</summary>
    public static readonly Problem RefreshRaced = new("refreshRaced", 401, "The refresh token was just used");

    /// <summary>The caller's role does not allow it.</summary>
    public static readonly Problem Forbidden = new("forbidden", 403, "This is not allowed");

    /// <summary>The API key's scopes do not allow it.</summary>
    public static readonly Problem InsufficientScope = new("insufficientScope", 403, "The API key does not allow this");

    /// <summary>The caller's tier does not include it.</summary>
    public static readonly Problem TierForbids = new("tierForbids", 403, "The tier does not allow this");

    /// <summary>A cookie alone does not authorize a state change.</summary>
    public static readonly Problem CsrfHeaderMissing = new("csrfHeaderMissing", 403, "The X-Requested-With header is missing");

    /// <summary>Unknown, malformed or not visible to the caller.</summary>
    public static readonly Problem NotFound = new("notFound", 404, "Not found");

    /// <summary>The route does not support the method.</summary>
    public static readonly Problem MethodNotAllowed = new("methodNotAllowed", 405, "The method is not allowed");

    /// <summary>The body arrived too slowly.</summary>
    public static readonly Problem RequestTimeout = new("requestTimeout", 408, "The request took too long");

    /// <summary>Another image of the group has the name.</summary>
    public static readonly Problem DuplicateFileName = new("duplicateFileName", 409, "The file name is taken");

    /// <summary>Another image of the group has the same content.</summary>
    public static readonly Problem DuplicateContent = new("duplicateContent", 409, "The same file is there already");

    /// <summary>The product already has a record of that time.</summary>
    public static readonly Problem DuplicateRecord = new("duplicateRecord", 409, "The record is there already");

    /// <summary>Another tier has the name.</summary>
    public static readonly Problem DuplicateTierName = new("duplicateTierName", 409, "The tier's name is taken");

    /// <summary>The tier has users or is the default tier.</summary>
    public static readonly Problem TierInUse = new("tierInUse", 409, "The tier is in use");

    /// <summary>Another account has the name.</summary>
    public static readonly Problem DuplicateUserName = new("duplicateUserName", 409, "The user name is taken");

    /// <summary>The account is the last admin.</summary>
    public static readonly Problem LastAdmin = new("lastAdmin", 409, "The last admin cannot be removed");

    /// <summary>The image belongs to a user, not to a group.</summary>
    public static readonly Problem OwnedByUser = new("ownedByUser", 409, "The image belongs to a user");

    /// <summary>The image belongs to a group, not to a user.</summary>
    public static readonly Problem OwnedByGroup = new("ownedByGroup", 409, "The image belongs to a group");

    /// <summary>The image's owner has been deleted.</summary>
    public static readonly Problem OwnerDeleted = new("ownerDeleted", 409, "The image's owner is gone");

    /// <summary>The image's group is in the trash.</summary>
    public static readonly Problem GroupInTrash = new("groupInTrash", 409, "The group is in the trash");

    /// <summary>Only items in the trash can be restored or permanently deleted.</summary>
    public static readonly Problem NotInTrash = new("notInTrash", 404, "It is not in the trash");

    /// <summary>The link has reached its maximum number of guests.</summary>
    public static readonly Problem TooManyGuests = new("tooManyGuests", 409, "The link has too many guests");

    /// <summary>The link has expired or reached its maximum number of views, and cannot be changed.</summary>
    public static readonly Problem LinkEnded = new("linkEnded", 409, "The link has ended");

    /// <summary>The guest has reached the maximum number of favourites.</summary>
    public static readonly Problem TooManyFavourites = new("tooManyFavourites", 409, "The guest has chosen too many images");

    /// <summary>The settings of OneDrive are missing.</summary>
    public static readonly Problem OneDriveNotConfigured = new("oneDriveNotConfigured", 409, "OneDrive is not configured");

    /// <summary>No OneDrive is connected, or consent was withdrawn.</summary>
    public static readonly Problem OneDriveNotConnected = new("oneDriveNotConnected", 409, "OneDrive is not connected");

    /// <summary>OneDrive rejects the operation: an invalid name, no space left, or a locked file.</summary>
    public static readonly Problem OneDriveRefused = new("oneDriveRefused", 409, "OneDrive refuses this");

    /// <summary>The account has reached its maximum number of unfinished uploads.</summary>
    public static readonly Problem TooManyOpenUploads = new("tooManyOpenUploads", 409, "Too many uploads are unfinished");

    /// <summary>A part of a resumable upload does not start at the upload's offset.</summary>
    public static readonly Problem OffsetMismatch = new("offsetMismatch", 409, "The upload stands at another offset");

    /// <summary>The resumable upload was rejected or cancelled.</summary>
    public static readonly Problem UploadGone = new("uploadGone", 410, "The upload has ended");

    /// <summary>A file of an upload batch never arrived. Its receipt lists it.</summary>
    public static readonly Problem Expired = new("expired", 410, "The file was never sent");

    /// <summary>The requested version (<c>If-Match</c>) does not exist.</summary>
    public static readonly Problem PreconditionFailed = new("preconditionFailed", 412, "The precondition does not hold");

    /// <summary>The server does not support this version of the tus protocol.</summary>
    public static readonly Problem UnsupportedTusVersion = new("unsupportedTusVersion", 412, "The tus version is not supported");

    /// <summary>The file exceeds the size limit.</summary>
    public static readonly Problem FileTooLarge = new("fileTooLarge", 413, "The file is too large");

    /// <summary>The file would exceed the owner's quota.</summary>
    public static readonly Problem QuotaExceeded = new("quotaExceeded", 413, "The quota is used up");

    /// <summary>The body exceeds the route's size limit.</summary>
    public static readonly Problem BodyTooLarge = new("bodyTooLarge", 413, "The request body is too large");

    /// <summary>The request has too many files.</summary>
    public static readonly Problem TooManyFiles = new("tooManyFiles", 413, "Too many files in one request");

    /// <summary>The content is not an accepted image format.</summary>
    public static readonly Problem UnsupportedFormat = new("unsupportedFormat", 415, "The format is not supported");

    /// <summary>The route does not support the request's media type.</summary>
    public static readonly Problem UnsupportedMediaType = new("unsupportedMediaType", 415, "The media type is not supported");

    /// <summary>The range is outside the content.</summary>
    public static readonly Problem RangeNotSatisfiable = new("rangeNotSatisfiable", 416, "The range lies outside the file");

    /// <summary>The image is empty, truncated or corrupt.</summary>
    public static readonly Problem CorruptImage = new("corruptImage", 422, "The image is damaged");

    /// <summary>Decoding the image would exceed the limits for memory or time.</summary>
    public static readonly Problem TooComplex = new("tooComplex", 422, "The image is too complex");

    /// <summary>The file's SHA-256 differs from the announced one.</summary>
    public static readonly Problem HashMismatch = new("hashMismatch", 422, "The file is not the one that was announced");

    /// <summary>The image has more pixels than allowed.</summary>
    public static readonly Problem TooManyPixels = new("tooManyPixels", 422, "The image has too many pixels");

    /// <summary>Too many requests or attempts.</summary>
    public static readonly Problem TooManyRequests = new("tooManyRequests", 429, "Too many requests");

    /// <summary>The checksum of a part differs from the one sent (tus 1.0, checksum extension).</summary>
    public static readonly Problem ChecksumMismatch = new("checksumMismatch", 460, "The checksum does not match");

    /// <summary>An internal error.</summary>
    public static readonly Problem Unexpected = new("unexpected", 500, "Internal server error");

    /// <summary>An embedding in another format than JSON was requested (oEmbed 1.0, section 2.3.1).</summary>
    public static readonly Problem EmbedFormatNotImplemented = new("embedFormatNotImplemented", 501, "The format is not implemented");

    /// <summary>The server has too many concurrent requests.</summary>
    public static readonly Problem ServerBusy = new("serverBusy", 503, "The server is busy");

    /// <summary>The database does not respond.</summary>
    public static readonly Problem DatabaseUnavailable = new("databaseUnavailable", 503, "The database cannot be reached");

    /// <summary>The bytes of an image are lost or corrupt and cannot be restored. There is no <c>Retry-After</c>.</summary>
    public static readonly Problem ObjectLost = new("objectLost", 503, "The file is lost");

    /// <summary>The object store does not respond.</summary>
    public static readonly Problem StorageUnavailable = new("storageUnavailable", 503, "The object store cannot be reached");

    /// <summary>Microsoft does not respond, or asks the server to wait.</summary>
    public static readonly Problem OneDriveUnavailable = new("oneDriveUnavailable", 503, "OneDrive cannot be reached");
}
