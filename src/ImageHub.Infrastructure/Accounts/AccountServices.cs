using ImageHub.Application.Accounts;
using ImageHub.Application.Backups;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Accounts;

/// <summary>Registers the services for accounts.</summary>
public static class AccountServices
{
    /// <summary>Adds password hashing, tokens and their settings.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddOptions<JwtOptions>().BindConfiguration(JwtOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<AdminOptions>().BindConfiguration(AdminOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<PasswordOptions>().BindConfiguration(PasswordOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IPostConfigureOptions<JwtOptions>, SigningKeyFile>();
        services.AddSingleton<IDataDirectoryKey, SigningKeyFile>();
        services.AddSingleton<IPasswordHasher, BcryptPasswordHasher>();
        services.AddSingleton<IAccessTokens, JwtAccessTokens>();
        return services;
    }
}
