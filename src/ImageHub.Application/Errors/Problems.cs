namespace ImageHub.Application.Errors;

/// <summary>The kind of a problem: its cause, and whether repeating the request may help.</summary>
public enum ProblemKind
{
    /// <summary>The caller causes the problem. A corrected, authorized or later request may succeed.</summary>
    Correctable,

    /// <summary>The caller causes the problem. The same request with the same file would fail again.</summary>
    Final,

    /// <summary>The server causes the problem through an error or a missing feature.</summary>
    Internal,

    /// <summary>A part of the server is busy or does not respond. The same request may succeed later.</summary>
    Unavailable,
}

/// <summary>A problem as clients see it.</summary>
/// <param name="Code">A stable camelCase identifier.</param>
/// <param name="Status">
/// The HTTP status of the response. This layer makes decisions by <paramref name="Kind"/>; it only copies the status to the results of
/// <c>BulkImages</c>.
/// </param>
/// <param name="Kind">The kind of problem.</param>
/// <param name="Title">A short text that is the same for all occurrences of the problem.</param>
public sealed record Problem(string Code, int Status, ProblemKind Kind, string Title)
{
    /// <summary>Whether the caller, rather than the server, causes the problem.</summary>
    public bool IsCausedByCaller => Kind is ProblemKind.Correctable or ProblemKind.Final;
}

/// <summary>All problems that the API returns. The OpenAPI document lists them by code, status and title.</summary>
public static class Problems
{
    /// <summary>All problems.</summary>
    public static IReadOnlyList<Problem> All => [.. typeof(Problems).GetFields().Select(member => (Problem)member.GetValue(null)!)];

    /// <summary>The request is rejected before it reaches a route; the status may be any 4xx.</summary>
    public static readonly Problem RequestRefused = new("requestRefused", 400, ProblemKind.Correctable, "The request is refused");

    /// <summary>The path, query, headers or JSON are invalid.</summary>
    public static readonly Problem ValidationFailed = new("validationFailed", 400, ProblemKind.Correctable, "The request is not valid");

    /// <summary>The body cannot be parsed.</summary>
    public static readonly Problem MalformedBody = new("malformedBody", 400, ProblemKind.Correctable, "The request body cannot be read");

    /// <summary>The route requires credentials; they are missing or wrong.</summary>
    public static readonly Problem Unauthorized = new("unauthorized", 401, ProblemKind.Correctable, "Signing in is required");

    /// <summary>The user name or the password is wrong.</summary>
    public static readonly Problem InvalidCredentials = new("invalidCredentials", 401, ProblemKind.Correctable, "The user name or password is wrong");

    /// <summary>The link requires a password, and the request has none.</summary>
    public static readonly Problem PasswordRequired = new("passwordRequired", 401, ProblemKind.Correctable, "A password is required");

    /// <summary>The password does not match the link's password.</summary>
    public static readonly Problem WrongPassword = new("wrongPassword", 401, ProblemKind.Correctable, "The password is wrong");

    /// <summary>The refresh token is unknown or expired, or its session has ended.</summary>
    public static readonly Problem InvalidRefreshToken = new("invalidRefreshToken", 401, ProblemKind.Correctable, "The session is over");

    /// <summary>Another tab has just used the refresh token. The session continues.</summary>
    public static readonly Problem RefreshRaced = new("refreshRaced", 401, ProblemKind.Correctable, "The refresh token was just used");

    /// <summary>The caller's role does not allow the operation.</summary>
    public static readonly Problem Forbidden = new("forbidden", 403, ProblemKind.Final, "This is not allowed");

    /// <summary>The API key's scopes do not allow the operation.</summary>
    public static readonly Problem InsufficientScope = new("insufficientScope", 403, ProblemKind.Final, "The API key does not allow this");

    /// <summary>The caller's tier does not include the feature.</summary>
    public static readonly Problem TierForbids = new("tierForbids", 403, ProblemKind.Final, "The tier does not allow this");

    /// <summary>The group or link does not allow visitors to download this.</summary>
    public static readonly Problem DownloadForbidden = new("downloadForbidden", 403, ProblemKind.Final, "Downloading is not allowed");

    /// <summary>The operation requires a more recent sign-in.</summary>
    public static readonly Problem RecentSignInNeeded = new("recentSignInNeeded", 403, ProblemKind.Final, "A recent sign-in is needed");

    /// <summary>Passwords are switched off; accounts sign in with the OpenID Connect provider or a passkey.</summary>
    public static readonly Problem PasswordsDisabled = new("passwordsDisabled", 403, ProblemKind.Final, "Passwords are switched off");

    /// <summary>A cookie alone does not authorize a change of state.</summary>
    public static readonly Problem CsrfHeaderMissing = new("csrfHeaderMissing", 403, ProblemKind.Final, "The X-Requested-With header is missing");

    /// <summary>The API key would be sent unencrypted. WebDAV requires https, except for requests from the same machine.</summary>
    public static readonly Problem HttpsRequired = new("httpsRequired", 403, ProblemKind.Final, "https is required");

    /// <summary>The page of another site caused a WebDAV request.</summary>
    public static readonly Problem CrossSite = new("crossSite", 403, ProblemKind.Final, "Other sites may not send this");

    /// <summary>A WebDAV client asks for everything below a folder; only the folder's own files and folders can be listed (RFC 4918, section 9.1).</summary>
    public static readonly Problem PropfindFiniteDepth = new("propfindFiniteDepth", 403, ProblemKind.Final, "The depth must be 0 or 1");

    /// <summary>The resource does not exist, its id is malformed, or the caller may not see it.</summary>
    public static readonly Problem NotFound = new("notFound", 404, ProblemKind.Final, "Not found");

    /// <summary>The route does not support the method.</summary>
    public static readonly Problem MethodNotAllowed = new("methodNotAllowed", 405, ProblemKind.Correctable, "The method is not allowed");

    /// <summary>The body arrived too slowly.</summary>
    public static readonly Problem RequestTimeout = new("requestTimeout", 408, ProblemKind.Correctable, "The request took too long");

    /// <summary>Another image of the group has that name.</summary>
    public static readonly Problem DuplicateFileName = new("duplicateFileName", 409, ProblemKind.Final, "The file name is taken");

    /// <summary>Another image of the group has the same content.</summary>
    public static readonly Problem DuplicateContent = new("duplicateContent", 409, ProblemKind.Final, "The same file is there already");

    /// <summary>The product already has a record of that time.</summary>
    public static readonly Problem DuplicateRecord = new("duplicateRecord", 409, ProblemKind.Final, "The record is there already");

    /// <summary>Another group has that slug.</summary>
    public static readonly Problem DuplicateSlug = new("duplicateSlug", 409, ProblemKind.Final, "The address is taken");

    /// <summary>A group cannot be moved into itself or into a group below it.</summary>
    public static readonly Problem GroupCircle = new("groupCircle", 409, ProblemKind.Final, "The group would contain itself");

    /// <summary>Groups would have more than the maximum number of levels.</summary>
    public static readonly Problem GroupTooDeep = new("groupTooDeep", 409, ProblemKind.Final, "The groups would have too many levels");

    /// <summary>The site has no watermark.</summary>
    public static readonly Problem NoWatermark = new("noWatermark", 409, ProblemKind.Final, "The site has no watermark");

    /// <summary>Groups or links need the watermark, or the image is the watermark.</summary>
    public static readonly Problem WatermarkInUse = new("watermarkInUse", 409, ProblemKind.Final, "The watermark is in use");

    /// <summary>Another tier has that name.</summary>
    public static readonly Problem DuplicateTierName = new("duplicateTierName", 409, ProblemKind.Final, "The tier's name is taken");

    /// <summary>Users have the tier, or it is the default for new users.</summary>
    public static readonly Problem TierInUse = new("tierInUse", 409, ProblemKind.Final, "The tier is in use");

    /// <summary>Another account has that name.</summary>
    public static readonly Problem DuplicateUserName = new("duplicateUserName", 409, ProblemKind.Final, "The user name is taken");

    /// <summary>The account is the only admin who can sign in, and one must remain.</summary>
    public static readonly Problem LastAdmin = new("lastAdmin", 409, ProblemKind.Final, "The last admin cannot be removed");

    /// <summary>The image belongs to a user, not to a group.</summary>
    public static readonly Problem OwnedByUser = new("ownedByUser", 409, ProblemKind.Final, "The image belongs to a user");

    /// <summary>The image belongs to a group, not to a user.</summary>
    public static readonly Problem OwnedByGroup = new("ownedByGroup", 409, ProblemKind.Final, "The image belongs to a group");

    /// <summary>The image's owner has been deleted.</summary>
    public static readonly Problem OwnerDeleted = new("ownerDeleted", 409, ProblemKind.Final, "The image's owner is gone");

    /// <summary>The image's group, or the group above a group, is in the trash.</summary>
    public static readonly Problem GroupInTrash = new("groupInTrash", 409, ProblemKind.Final, "The group is in the trash");

    /// <summary>Only items in the trash can be restored or permanently deleted.</summary>
    public static readonly Problem NotInTrash = new("notInTrash", 404, ProblemKind.Final, "It is not in the trash");

    /// <summary>The link has its maximum number of guests with favourites, or of guests who send photos.</summary>
    public static readonly Problem TooManyGuests = new("tooManyGuests", 409, ProblemKind.Final, "The link has too many guests");

    /// <summary>The link has expired or has no views left, and cannot be changed.</summary>
    public static readonly Problem LinkEnded = new("linkEnded", 409, ProblemKind.Final, "The link has ended");

    /// <summary>The guest has chosen the maximum number of images.</summary>
    public static readonly Problem TooManyFavourites = new("tooManyFavourites", 409, ProblemKind.Final, "The guest has chosen too many images");

    /// <summary>The link's guests have sent as many photos or bytes as the link allows.</summary>
    public static readonly Problem LinkFull = new("linkFull", 409, ProblemKind.Final, "The link accepts no more photos");

    /// <summary>The guest has sent as many photos as the link allows each guest.</summary>
    public static readonly Problem GuestFull = new("guestFull", 409, ProblemKind.Final, "The guest has sent too many photos");

    /// <summary>Only guests' photos that await approval can be approved.</summary>
    public static readonly Problem NotPending = new("notPending", 409, ProblemKind.Final, "The image does not await approval");

    /// <summary>A photo that awaits approval cannot be moved.</summary>
    public static readonly Problem ImagePending = new("imagePending", 409, ProblemKind.Final, "The image awaits approval");

    /// <summary>The settings of OneDrive are missing.</summary>
    public static readonly Problem OneDriveNotConfigured = new("oneDriveNotConfigured", 409, ProblemKind.Final, "OneDrive is not configured");

    /// <summary>No OneDrive account is connected, or its consent has been revoked.</summary>
    public static readonly Problem OneDriveNotConnected = new("oneDriveNotConnected", 409, ProblemKind.Final, "OneDrive is not connected");

    /// <summary>OneDrive rejects the operation: an invalid name, no space left, a locked file.</summary>
    public static readonly Problem OneDriveRefused = new("oneDriveRefused", 409, ProblemKind.Final, "OneDrive refuses this");

    /// <summary>The account has the maximum number of passkeys.</summary>
    public static readonly Problem TooManyPasskeys = new("tooManyPasskeys", 409, ProblemKind.Final, "The account has too many passkeys");

    /// <summary>The account has no other way to sign in.</summary>
    public static readonly Problem LastSignInMethod = new("lastSignInMethod", 409, ProblemKind.Final, "It is the account's only way to sign in");

    /// <summary>The account has its maximum number of unfinished uploads.</summary>
    public static readonly Problem TooManyOpenUploads = new("tooManyOpenUploads", 409, ProblemKind.Final, "Too many uploads are unfinished");

    /// <summary>The account has its maximum number of API keys.</summary>
    public static readonly Problem TooManyKeys = new("tooManyKeys", 409, ProblemKind.Final, "The account has too many API keys");

    /// <summary>The folder of a WebDAV request does not exist.</summary>
    public static readonly Problem NoSuchFolder = new("noSuchFolder", 409, ProblemKind.Final, "The folder does not exist");

    /// <summary>The lock token does not belong to the address (RFC 4918, section 9.11).</summary>
    public static readonly Problem WrongLockToken = new("wrongLockToken", 409, ProblemKind.Final, "There is no such lock");

    /// <summary>A WebDAV client deletes an address to which an upload is running or has failed.</summary>
    public static readonly Problem UploadFailed = new("uploadFailed", 409, ProblemKind.Correctable, "An upload to this address is running or has failed");

    /// <summary>The offset of a part differs from the offset of the resumable upload.</summary>
    public static readonly Problem OffsetMismatch = new("offsetMismatch", 409, ProblemKind.Correctable, "The upload stands at another offset");

    /// <summary>The resumable upload was permanently rejected, or deleted by its client.</summary>
    public static readonly Problem UploadGone = new("uploadGone", 410, ProblemKind.Final, "The upload has ended");

    /// <summary>An announced file never arrived. Only receipts contain this problem.</summary>
    public static readonly Problem Expired = new("expired", 410, ProblemKind.Final, "The file was never sent");

    /// <summary>The resource no longer has the version in <c>If-Match</c>.</summary>
    public static readonly Problem PreconditionFailed = new("preconditionFailed", 412, ProblemKind.Correctable, "The precondition does not hold");

    /// <summary>The client uses an unsupported version of the tus protocol.</summary>
    public static readonly Problem UnsupportedTusVersion = new("unsupportedTusVersion", 412, ProblemKind.Correctable, "The tus version is not supported");

    /// <summary>The file exceeds the size limit.</summary>
    public static readonly Problem FileTooLarge = new("fileTooLarge", 413, ProblemKind.Final, "The file is too large");

    /// <summary>The file would exceed the quota of the owner's tier.</summary>
    public static readonly Problem QuotaExceeded = new("quotaExceeded", 413, ProblemKind.Final, "The quota is used up");

    /// <summary>The body exceeds the size limit of its route.</summary>
    public static readonly Problem BodyTooLarge = new("bodyTooLarge", 413, ProblemKind.Final, "The request body is too large");

    /// <summary>The request has too many files.</summary>
    public static readonly Problem TooManyFiles = new("tooManyFiles", 413, ProblemKind.Final, "Too many files in one request");

    /// <summary>The content is not an accepted image format.</summary>
    public static readonly Problem UnsupportedFormat = new("unsupportedFormat", 415, ProblemKind.Final, "The format is not supported");

    /// <summary>The route does not accept the request's media type.</summary>
    public static readonly Problem UnsupportedMediaType = new("unsupportedMediaType", 415, ProblemKind.Final, "The media type is not supported");

    /// <summary>The requested range is outside the file.</summary>
    public static readonly Problem RangeNotSatisfiable = new("rangeNotSatisfiable", 416, ProblemKind.Correctable, "The range lies outside the file");

    /// <summary>The image is empty, truncated or damaged.</summary>
    public static readonly Problem CorruptImage = new("corruptImage", 422, ProblemKind.Final, "The image is damaged");

    /// <summary>Decoding the image would take more memory or time than the settings allow.</summary>
    public static readonly Problem TooComplex = new("tooComplex", 422, ProblemKind.Final, "The image is too complex");

    /// <summary>The image's format has no orientation that decoders follow.</summary>
    public static readonly Problem CannotRotate = new("cannotRotate", 422, ProblemKind.Final, "The image cannot be rotated");

    /// <summary>The sidecar is neither an XMP packet nor the JSON of Google Takeout.</summary>
    public static readonly Problem InvalidSidecar = new("invalidSidecar", 422, ProblemKind.Final, "The sidecar is invalid");

    /// <summary>The file's SHA-256 hash differs from the announced hash.</summary>
    public static readonly Problem HashMismatch = new("hashMismatch", 422, ProblemKind.Final, "The file is not the one that was announced");

    /// <summary>The image has more pixels than allowed.</summary>
    public static readonly Problem TooManyPixels = new("tooManyPixels", 422, ProblemKind.Final, "The image has too many pixels");

    /// <summary>A WebDAV client holds a lock, and the request does not contain its token (RFC 4918, section 11.3).</summary>
    public static readonly Problem Locked = new("locked", 423, ProblemKind.Correctable, "It is locked");

    /// <summary>An existing lock conflicts with the requested lock (RFC 4918, section 9.10).</summary>
    public static readonly Problem LockConflict = new("lockConflict", 423, ProblemKind.Correctable, "It is locked already");

    /// <summary>Too many requests or attempts.</summary>
    public static readonly Problem TooManyRequests = new("tooManyRequests", 429, ProblemKind.Correctable, "Too many requests");

    /// <summary>The checksum of a part differs from the checksum in the request (tus 1.0, checksum extension).</summary>
    public static readonly Problem ChecksumMismatch = new("checksumMismatch", 460, ProblemKind.Correctable, "The checksum does not match");

    /// <summary>An internal server error.</summary>
    public static readonly Problem Unexpected = new("unexpected", 500, ProblemKind.Internal, "Internal server error");

    /// <summary>The requested embed format is not JSON (oEmbed 1.0, section 2.3.1).</summary>
    public static readonly Problem EmbedFormatNotImplemented = new("embedFormatNotImplemented", 501, ProblemKind.Internal, "The format is not implemented");

    /// <summary>The destination of a WebDAV request is on another server (RFC 4918, section 9.8.5).</summary>
    public static readonly Problem ForeignDestination = new("foreignDestination", 502, ProblemKind.Internal, "The destination is elsewhere");

    /// <summary>The account's files, locks or properties of WebDAV have reached their limit (RFC 4918, section 11.5).</summary>
    public static readonly Problem WebDavFull = new("webDavFull", 507, ProblemKind.Internal, "The limit of WebDAV is reached");

    /// <summary>The OpenID Connect provider does not respond.</summary>
    public static readonly Problem OidcUnavailable = new("oidcUnavailable", 503, ProblemKind.Unavailable, "The OpenID Connect provider is unavailable");

    /// <summary>The server is processing too many requests.</summary>
    public static readonly Problem ServerBusy = new("serverBusy", 503, ProblemKind.Unavailable, "The server is busy");

    /// <summary>The database is unavailable.</summary>
    public static readonly Problem DatabaseUnavailable = new("databaseUnavailable", 503, ProblemKind.Unavailable, "The database cannot be reached");

    /// <summary>The bytes of an image are lost or damaged, and cannot be restored. Sent without <c>Retry-After</c>.</summary>
    public static readonly Problem ObjectLost = new("objectLost", 503, ProblemKind.Unavailable, "The file is lost");

    /// <summary>The object store is unavailable.</summary>
    public static readonly Problem StorageUnavailable = new("storageUnavailable", 503, ProblemKind.Unavailable, "The object store cannot be reached");

    /// <summary>Microsoft's service is unavailable, or asks to wait.</summary>
    public static readonly Problem OneDriveUnavailable = new("oneDriveUnavailable", 503, ProblemKind.Unavailable, "OneDrive cannot be reached");
}
