using System.Linq.Expressions;
using System.Reflection;
using ImageHub.Application.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql.EntityFrameworkCore.PostgreSQL.Query;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// Translates <see cref="QueryFunctions"/> to PostgreSQL's <c>ILIKE</c> and <c>@&gt;</c>, and to comparisons of row values. A translator plugin is needed
/// because a compiled model does not retain translations that the model declares (<c>HasTranslation</c>).
/// </summary>
internal sealed class QueryFunctionTranslation : IDbContextOptionsExtension
{
    public DbContextOptionsExtensionInfo Info => new ExtensionInfo(this);

    public void ApplyServices(IServiceCollection services) => new EntityFrameworkRelationalServicesBuilder(services).TryAdd<IMethodCallTranslatorPlugin, Plugin>();

    public void Validate(IDbContextOptions options)
    {
    }

    private sealed class Plugin(ISqlExpressionFactory expressions) : IMethodCallTranslatorPlugin
    {
        public IEnumerable<IMethodCallTranslator> Translators { get; } = [new Translator((NpgsqlSqlExpressionFactory)expressions)];
    }

    private sealed class Translator(NpgsqlSqlExpressionFactory expressions) : IMethodCallTranslator
    {
        public SqlExpression? Translate(
            SqlExpression? instance, MethodInfo method, IReadOnlyList<SqlExpression> arguments, IDiagnosticsLogger<DbLoggerCategory.Query> logger) =>
            method.DeclaringType != typeof(QueryFunctions) ? null : method.Name switch
            {
                nameof(QueryFunctions.IsLikeInAnyCase) => expressions.ILike(arguments[0], arguments[1], arguments[2]),
                nameof(QueryFunctions.IsAfter) => expressions.MakeBinary(ExpressionType.GreaterThan, arguments[0], arguments[1], typeMapping: null),
                nameof(QueryFunctions.IsBefore) => expressions.MakeBinary(ExpressionType.LessThan, arguments[0], arguments[1], typeMapping: null),
                nameof(QueryFunctions.Contains) => expressions.Contains(arguments[0], expressions.NewArrayOrConstant([arguments[1]], typeof(Guid[]))),
                _ => null,
            };
    }

    private sealed class ExtensionInfo(IDbContextOptionsExtension extension) : DbContextOptionsExtensionInfo(extension)
    {
        public override bool IsDatabaseProvider => false;

        public override string LogFragment => "";

        public override int GetServiceProviderHashCode() => 0;

        public override bool ShouldUseSameServiceProvider(DbContextOptionsExtensionInfo other) => other is ExtensionInfo;

        public override void PopulateDebugInfo(IDictionary<string, string> debugInfo)
        {
        }
    }
}
