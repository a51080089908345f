<?php

// Asks for channels as the official PHP SDK documents it: the options `host`, `port` and `path`, of which the path goes
// into the address and not into what is signed. Arguments: the page's own twinwire.php, address with path, keys as JSON.
require $argv[1];
[, , $url, $keys] = $argv;
$app = json_decode($keys, true);

/** A signed GET; keys are in the order of their names, and signed as they are, not as the address spells them. */
function signed_get(string $url, array $app, string $path, array $parameters): string
{
    $parameters += ['auth_key' => $app['key'], 'auth_timestamp' => time(), 'auth_version' => '1.0'];
    ksort($parameters);
    $pairs = [];
    foreach ($parameters as $name => $value) {
        $pairs[] = strtolower($name) . '=' . $value;
    }
    $parameters['auth_signature'] =
        hash_hmac('sha256', "GET\n/apps/{$app['id']}$path\n" . implode('&', $pairs), $app['secret']);
    return file_get_contents("$url/apps/{$app['id']}$path?" . http_build_query($parameters));
}

trigger($url, $app, ['php-heard', 'php-too'], 'App\Events\Said', ['text' => 'aus PHP: Grüße 👋']);
echo signed_get($url, $app, '/channels', ['filter_by_prefix' => 'presence-', 'info' => 'user_count,subscription_count']);
